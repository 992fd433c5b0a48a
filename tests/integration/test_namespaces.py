"""An operator serves the namespaces that it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.cluster.plugin import Kubectl
from tests.integration.conftest import Operator, Stacks

REDIS = "services: {redis: {image: redis}}"


@pytest.fixture
def namespaces(kubectl: Kubectl) -> Iterator[list[str]]:
    names = [f"test-{uuid4().hex[:8]}" for _ in range(3)]
    for name in names:
        kubectl("create", "namespace", name)
    yield names
    for name in names:
        kubectl("delete", "namespace", name, "--wait=false")


def test_several_namespaces_and_no_other(
    rights: Path, operator: Operator, kubectl: Kubectl, namespaces: list[str], tmp_path: Path
) -> None:
    operator.stop()  # it serves all namespaces
    served = Operator(
        rights, tmp_path / "log", *(f"--namespace={name}" for name in namespaces[:2]), lease_name="composestack"
    )
    try:
        served.start()
        first, second, other = (Stacks(kubectl, name) for name in namespaces)
        for stacks in (other, first, second):
            stacks.apply("shop", REDIS)
        first.ready("shop")
        second.ready("shop")

        assert other.get("composestack", "shop")["status"] == {"observedGeneration": -1}
        assert other.names("deployments") == []
    finally:
        served.stop()
        operator.start()

    other.ready("shop")
