"""The examples of the usual kinds become ready as they are, all at once."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.cluster.cluster import Cluster
from tests.integration.conftest import ROOT, Operator, Stacks

APPLICATIONS = sorted((ROOT / "examples" / "applications").glob("*.yaml"))


@pytest.fixture
def gpus(embedded: Cluster) -> Iterator[None]:
    """A node with GPUs."""
    node = embedded.kubectl("get", "nodes", "-o", "jsonpath={.items[0].metadata.name}")

    def patch(op: str) -> None:
        paths = (f"/status/{field}/nvidia.com~1gpu" for field in ("capacity", "allocatable"))
        patches = json.dumps([{"op": op, "path": path, "value": "8"} for path in paths])
        embedded.kubectl("patch", "node", node, "--subresource=status", "--type=json", "-p", patches)

    patch("add")
    yield
    patch("remove")


@pytest.fixture
def applied(embedded: Cluster, gpus: None, namespace: str) -> Iterator[dict[str, Stacks]]:
    """The stacks of each example, by its name, in namespaces of their own."""
    everywhere = {path.stem: Stacks(embedded.kubectl, f"{namespace}-{path.stem}") for path in APPLICATIONS}
    namespaces = [stacks.namespace for stacks in everywhere.values()]
    for path, stacks in zip(APPLICATIONS, everywhere.values(), strict=True):
        embedded.kubectl("create", "namespace", stacks.namespace)
        stacks.kubectl("apply", "--validate=strict", "-f", str(path))
    yield everywhere
    embedded.kubectl("delete", "namespace", *namespaces, "--wait=false")


def test_the_usual_applications_become_ready(operator: Operator, applied: dict[str, Stacks]) -> None:
    services = {name: stacks.ready(name)["servicesReady"] for name, stacks in applied.items()}

    assert services == {
        "flask-redis": "2/2",
        "gpu-training": "2/2",
        "mesh": "4/4",
        "monitoring": "3/3",
        "node-mongo": "3/3",
        "spring-postgres": "2/2",
        "wordpress": "2/2",
    }
    pods = applied["mesh"].kubectl("get", "pods", "-o", "jsonpath={.items[*].metadata.labels.version}")
    assert set(pods.split()) == {"v1"}
    (pod,) = applied["gpu-training"].names("pods", {"composestack.io/service": "train"})
    assert (
        applied["gpu-training"].get("pod", pod)["spec"]["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] == "2"
    )
