"""What stacks may do differs by namespace, and a change of it reaches the stacks that it is about, and no others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.cluster.plugin import Kubectl
from tests.integration.conftest import Operator, Stacks

AGENT = "services: {agent: {image: acme/agent, privileged: true}}"
PRIVILEGED = {"privileged": True}

Restart = Callable[[dict[str, Any]], None]
"""Start the operator anew, with these policies by namespace."""


@pytest.fixture
def namespaces(kubectl: Kubectl) -> Iterator[list[Stacks]]:
    """The stacks of three new namespaces."""
    names = [f"test-{uuid4().hex[:8]}" for _ in range(3)]
    for name in names:
        kubectl("create", "namespace", name)
    yield [Stacks(kubectl, name) for name in names]
    for name in names:
        kubectl("delete", "namespace", name, "--wait=false")


@pytest.fixture
def restart(rights: Path, operator: Operator, namespaces: list[Stacks], tmp_path: Path) -> Iterator[Restart]:
    operator.stop()  # its policy is the same everywhere
    running: list[Operator] = []

    def start(policies: dict[str, Any]) -> None:
        while running:
            running.pop().stop()
        flags = (f"--namespace={stacks.namespace}" for stacks in namespaces)
        settings = {"namespace_policies": json.dumps(policies), "lease_name": "composestack"}
        running.append(Operator(rights, tmp_path / "log", *flags, **settings))
        running[0].start()

    yield start
    for each in running:
        each.stop()
    operator.start()


def test_a_namespace_has_what_is_said_of_it_and_a_change_reaches_its_stacks(
    namespaces: list[Stacks], restart: Restart
) -> None:
    losing, winning, quiet = namespaces
    restart({losing.namespace: PRIVILEGED, quiet.namespace: PRIVILEGED})
    for stacks in namespaces:
        stacks.apply("agent", AGENT)
    losing.ready("agent")
    quiet.ready("agent")
    assert "policy.privileged" in winning.not_ready("agent", "Refused")["message"]
    assert winning.names("deployments") == []
    runs, rests = losing.get("deployment", "agent-agent"), quiet.get("composestack", "agent")

    restart({winning.namespace: PRIVILEGED, quiet.namespace: PRIVILEGED})

    winning.ready("agent")
    assert "policy.privileged" in losing.not_ready("agent", "Refused")["message"]
    for stacks, kind, before in ((losing, "deployment", runs), (quiet, "composestack", rests)):
        now = stacks.get(kind, before["metadata"]["name"])
        assert now["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]
