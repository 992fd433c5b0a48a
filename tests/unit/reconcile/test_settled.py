from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from composestack.kinds import Ref
from composestack.reconcile.port import Child, Live
from composestack.reconcile.settled import settled, stack_row
from composestack.reconcile.sources import with_sources
from tests.unit.reconcile.rows import MOVING, UID, child, manifest, rows

WEB = child(manifest("Deployment", "shop-web"))
CLAIM = child(manifest("PersistentVolumeClaim", "shop-data"), owner="")


def body(**status: Any) -> dict[str, Any]:
    """A stack that is ready, by default."""
    return {
        "metadata": {"uid": UID, "generation": 2, "resourceVersion": "7"},
        "spec": {},
        "status": {
            "observedGeneration": 2,
            "conditions": [{"type": "Ready", "status": "True", "reason": "Ready"}],
            "lastAppliedRevision": "r1",
            "inventory": [{"id": str(item.ref), "hash": item.meant} for item in (WEB, CLAIM)],
            **status,
        },
    }


def is_settled(stack: dict[str, Any], *children: Child, revision: str = "r1") -> bool:
    return settled(stack_row(stack, revision), Live(rows(*(children or (WEB, CLAIM)))))


def test_a_ready_stack_with_all_its_children_is_settled() -> None:
    assert is_settled(body())


def not_ready(status: str = "False", reason: str = "Progressing") -> dict[str, Any]:
    return {"conditions": [{"type": "Ready", "status": status, "reason": reason}]}


@pytest.mark.parametrize(
    "status",
    [{"observedGeneration": 1}, {"lastAppliedRevision": "r0"}, not_ready(), not_ready("Unknown"), {"conditions": []}],
)
def test_a_status_that_says_less_is_not(status: dict[str, Any]) -> None:
    assert not is_settled(body(**status))


def test_a_stack_that_the_operator_has_not_seen_is_not() -> None:
    stack = body()
    del stack["status"]

    assert not is_settled(stack)


def test_another_version_or_policy_of_the_operator_is_a_reason_to_look() -> None:
    assert not is_settled(body(), revision="r2")


@pytest.mark.parametrize(
    "web",
    [
        child(manifest("Deployment", "shop-web"), actual="edited"),
        child(manifest("Deployment", "shop-web"), meant="older"),
        child(manifest("Deployment", "shop-web"), owner="another stack"),
        child(manifest("Deployment", "shop-web"), health=MOVING),
    ],
)
def test_a_child_that_is_not_as_meant_is_a_reason_to_look(web: Child) -> None:
    assert not is_settled(body(), web, CLAIM)


def test_a_missing_child_is_a_reason_to_look() -> None:
    assert not is_settled(body(), CLAIM)


def test_a_child_beyond_the_inventory_is_a_reason_to_look() -> None:
    assert not is_settled(body(), WEB, CLAIM, child(manifest("Service", "web")))


def test_a_claim_that_a_former_plan_left_is_not() -> None:
    assert is_settled(body(), WEB, CLAIM, child(manifest("PersistentVolumeClaim", "shop-old"), owner=""))


def test_a_requested_reconcile_is_a_reason_until_it_is_handled() -> None:
    stack = body()
    stack["metadata"]["annotations"] = {"composestack.io/reconcile-requested-at": "now"}
    assert not is_settled(stack)

    stack["status"]["lastHandledReconcileAt"] = "now"
    assert is_settled(stack)


def test_suspending_and_resuming_are_reasons_until_the_status_says_so() -> None:
    stack = body()
    stack["spec"]["suspend"] = True
    assert not is_settled(stack)

    stack["status"]["conditions"][0]["reason"] = "Suspended"
    assert is_settled(stack)
    assert is_settled(stack, child(manifest("Deployment", "shop-web"), actual="edited"))

    resumed = deepcopy(stack)
    resumed["spec"]["suspend"] = False
    assert not is_settled(resumed)


def test_a_stack_that_is_being_deleted_is_left_alone() -> None:
    stack = body(**not_ready())
    stack["metadata"]["deletionTimestamp"] = "now"

    assert is_settled(stack)


def test_a_stack_with_sources_is_settled_while_they_contain_what_they_did() -> None:
    login = Ref("Secret", "login")
    stack = body(lastAppliedRevision=with_sources("r1", {login: "d1"}))
    stack["spec"]["envFrom"] = [{"secretRef": {"name": "login"}}]

    def is_settled(sources: dict[Ref, str]) -> bool:
        return settled(stack_row(stack, "r1"), Live(rows(WEB, CLAIM), sources=sources))

    assert is_settled({login: "d1"})
    assert not is_settled({login: "d2"})
    assert not is_settled({}), "nobody knows what it contains"


@pytest.mark.parametrize(("address", "answer"), [("10.0.0.7", True), ("10.0.0.8", False), ("None", False)])
def test_another_address_of_a_service_that_pods_name_is_a_reason_to_look(address: str, answer: bool) -> None:
    service = replace(child(manifest("Service", "x-0auth")), address=address)
    web = replace(WEB, bound="x-0auth=10.0.0.7")
    inventory = [{"id": str(item.ref), "hash": item.meant} for item in (web, service)]

    assert is_settled(body(inventory=inventory), web, service) is answer
