from __future__ import annotations

from typing import Any

import pytest

from composestack.cluster.lease import LeaseTerms
from composestack.shell.leadership import Leadership, lease_terms
from composestack.shell.settings import OperatorSettings


def named(**settings: Any) -> str:
    return lease_terms(OperatorSettings(**settings)).name


def test_operators_share_a_lease_if_they_serve_the_same_stacks() -> None:
    assert named() == "composestack"
    assert named(selector="team=a") == named(selector="team=a")
    assert named(namespaces=("a", "b")) == named(namespaces=("b", "a"))
    assert named(selector="team=a", lease_name="mine") == "mine"


def test_shards_do_not_wait_for_each_other() -> None:
    shards: list[dict[str, Any]] = [
        {},
        {"selector": "team=a"},
        {"selector": "team!=a"},
        {"namespaces": ("a",)},
        {"namespaces": ("a",), "selector": "team=a"},
    ]
    assert len({named(**shard) for shard in shards}) == len(shards)


def test_without_a_pod_every_process_is_another() -> None:
    settings = OperatorSettings()
    assert lease_terms(settings).identity != lease_terms(settings).identity


def test_the_times_are_those_of_the_settings() -> None:
    settings = OperatorSettings(
        lease_namespace="n", lease_name="l", identity="i", lease_duration=30, renew_deadline=20, retry_period=5
    )
    assert lease_terms(settings) == LeaseTerms("n", "l", "i", duration=30, renew_deadline=20, retry=5)


class Unfenced:
    """What of a client matters here."""

    fence = staticmethod(lambda: 15.0)


@pytest.mark.parametrize("election", [False, True])
async def test_without_election_the_right_to_write_is_there_at_once(election: bool) -> None:
    client: Any = Unfenced()
    leadership = Leadership(client, OperatorSettings(leader_election=election))

    assert leadership.held is not election
    assert (client.fence is Unfenced.fence) is not election
    if not election:
        await leadership.acquire()
        await leadership.hold()
        await leadership.release()
        assert leadership.held
