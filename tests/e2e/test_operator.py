"""The operator as users run it: the image of its Dockerfile, installed by the chart, on a node of its own.

Its namespace enforces the Pod Security Standard "restricted", and its account has the rights that the chart gives it.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.chart.conftest import CHART
from tests.cluster.audit import Audit
from tests.cluster.plugin import Helm, terminal
from tests.e2e.images.catalog import WEB
from tests.e2e.images.image import Image
from tests.e2e.node.node import Node
from tests.e2e.running import Running
from tests.e2e.test_seed import visit
from tests.integration.conftest import wait_for
from tests.integration.test_chart_rbac import ACCOUNT, OPERATORS, RELEASE
from tests.integration.test_seed import SEED

RESTRICTED = "pod-security.kubernetes.io/enforce=restricted"
CACHE = {"image": "redis:alpine", "expose": [6379]}


@dataclass(frozen=True)
class Release:
    """What Helm has installed on a node."""

    node: Node
    run_helm: Helm
    audit: Audit
    """What was called from before the installation on."""

    def helm(self, verb: str, *arguments: str) -> str:
        kubeconfig = self.node.cluster.kubeconfig
        flags = (f"--namespace={OPERATORS}", f"--kubeconfig={kubeconfig}", "--timeout=180s")
        return self.run_helm(verb, RELEASE, *arguments, *flags)

    def install(self) -> None:
        """Install the chart as it is, and wait until its Deployment is available."""
        self.helm("install", str(CHART), "--wait")

    def kubectl(self, *arguments: str) -> str:
        return self.node.cluster.kubectl(f"--namespace={OPERATORS}", *arguments)

    def pod(self) -> dict[str, Any]:
        """Return the only pod."""
        [pod] = json.loads(self.kubectl("get", "pods", "-l", f"app.kubernetes.io/instance={RELEASE}", "-o", "json"))[
            "items"
        ]
        return dict(pod)

    def forbidden(self) -> list[str]:
        """Return the calls of the operator that it has no right to. It has made others."""
        calls = self.audit.entries(user=ACCOUNT)
        assert {"composestacks", "leases", "composestacks/status"} <= {call.resource for call in calls}
        return [str(call) for call in calls if call.code in {401, 403}]


@pytest.fixture(scope="module")
def release(
    operator_image: Path, helm: Helm, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Release]:
    """The release, on a node that no other operator serves."""
    node = Node(tmp_path_factory.mktemp("operator-node"))
    try:
        node.start(owned=True, report=terminal(request.config))
        with node.sandbox.network():
            node.load_archive(operator_image)
            node.cluster.kubectl("create", "namespace", OPERATORS)
            node.cluster.kubectl("label", "namespace", OPERATORS, RESTRICTED)
            release = Release(node, helm, Audit(node.cluster))
            release.install()
            yield release
    finally:
        node.stop()


@pytest.fixture
def stacks(release: Release, images: Mapping[str, Image]) -> Running:
    """The stacks of a new namespace, on the node of the release."""
    name = f"shop-{uuid4().hex[:8]}"
    release.kubectl("create", "namespace", name)
    return Running(release.node, images, release.node.cluster.kubectl, name)


def test_it_runs_the_seed_and_is_never_forbidden(release: Release, stacks: Running) -> None:
    stacks.apply("hits", SEED, images={"web": WEB})
    stacks.ready("hits")

    assert [visit(stacks) for _ in range(3)] == [1, 2, 3]
    assert release.forbidden() == []


def test_it_runs_restricted(release: Release) -> None:
    with pytest.raises(subprocess.CalledProcessError, match="violates PodSecurity"):
        release.kubectl("run", "loose", "--image=busybox:1.36")

    script = "id -u; touch /opt/x 2>&1; grep -E 'CapEff|NoNewPrivs|Seccomp:' /proc/1/status"
    said = release.kubectl("exec", f"deployment/{RELEASE}", "--", "sh", "-c", script).splitlines()

    assert said[0] == "65532"
    assert "Read-only" in said[1]
    assert [line.split()[1] for line in said[2:]] == ["0000000000000000", "1", "2"]


def test_its_test_passes(release: Release) -> None:
    assert "Succeeded" in release.helm("test")


def test_a_killed_container_comes_back_and_works_on(release: Release, stacks: Running) -> None:
    stacks.apply("shop", {"services": {"cache": CACHE}})
    stacks.ready("shop")
    status = release.pod()["status"]["containerStatuses"][0]
    release.node.ctr("tasks", "kill", "--signal", "SIGKILL", status["containerID"].removeprefix("containerd://"))

    def restarted() -> bool:
        again = release.pod()["status"]["containerStatuses"][0]
        return bool(again["restartCount"] == status["restartCount"] + 1 and again["ready"])

    wait_for(restarted, "the operator to be started again", lambda: json.dumps(release.pod()["status"]), stacks.timeout)
    stacks.apply("shop", {"services": {"cache": CACHE, "other": CACHE}})
    stacks.ready("shop")
    assert release.forbidden() == []


def test_a_pod_that_is_gone_is_replaced_and_the_other_takes_over(release: Release, stacks: Running) -> None:
    stacks.apply("shop", {"services": {"cache": CACHE}})
    stacks.ready("shop")
    running = stacks.pod("shop", "cache")["metadata"]["uid"]

    release.kubectl("delete", "pod", release.pod()["metadata"]["name"], "--force", "--grace-period=0")
    stacks.apply("shop", {"services": {"cache": CACHE, "other": CACHE}})
    stacks.ready("shop")

    assert stacks.pod("shop", "cache")["metadata"]["uid"] == running
    assert release.forbidden() == []


def test_stacks_run_on_when_it_is_uninstalled(release: Release, stacks: Running) -> None:
    stacks.apply("hits", SEED, images={"web": WEB})
    stacks.ready("hits")
    assert visit(stacks) == 1
    running = [stacks.pod("hits", service)["metadata"]["uid"] for service in ("web", "redis")]

    release.helm("uninstall", "--wait")
    wait_for(lambda: release.kubectl("get", "pods", "-o", "name") == "", "the operator to be gone")
    assert visit(stacks) == 2

    release.install()
    stacks.ready("hits")
    assert visit(stacks) == 3
    assert [stacks.pod("hits", service)["metadata"]["uid"] for service in ("web", "redis")] == running
