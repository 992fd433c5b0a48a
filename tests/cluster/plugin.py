"""pytest fixtures: a cluster for the session, a namespace and an audit log for the test.

    def test_it(namespace: str, kubectl: Kubectl, audit: Audit) -> None:
        kubectl("apply", "-n", namespace, "-f", "-", stdin=manifest)
        assert audit.writes(namespace=namespace, user_agent="kubectl")

Any test that uses `cluster`, directly or not, gets the mark `cluster`. The option --cluster chooses:

- `embedded`, the default: a new one for this session;
- a directory: the embedded cluster whose state lies there (`python -m tests.cluster start --state DIRECTORY`). It saves
  its start while one writes a test;
- `existing`: the current context of KUBECONFIG. Tests that need the audit log or the processes are skipped.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest

from tests.cluster.audit import Audit
from tests.cluster.build import build
from tests.cluster.client import Client, output
from tests.cluster.cluster import Cluster
from tests.cluster.gateway_api import PLURALS, definitions


class Kubectl(Protocol):
    """Run kubectl as admin and return its standard output. Raises CalledProcessError, noting its standard error."""

    def __call__(self, *arguments: str, stdin: str | None = None) -> str: ...


class Helm(Protocol):
    """Run helm with a home of its own and return its standard output. Raises CalledProcessError, noting its errors."""

    def __call__(self, *arguments: str, stdin: str | None = None) -> str: ...


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--cluster",
        metavar="embedded|existing|DIRECTORY",
        default="embedded",
        help="Kubernetes to test on: a new one (default), that of KUBECONFIG, or the one with this state directory",
    )


def pytest_itemcollected(item: pytest.Item) -> None:
    if "cluster" in getattr(item, "fixturenames", ()):
        item.add_marker("cluster")


def leave_out(config: pytest.Config, items: list[pytest.Item], late: Collection[pytest.Item]) -> None:
    """Deselect some of the tests: they belong to a lane that nobody has asked for."""
    config.hook.pytest_deselected(items=late)
    items[:] = [item for item in items if item not in late]


@pytest.fixture(scope="session")
def binary(request: pytest.FixtureRequest) -> Path:
    """The built programs: `[binary, "helm", …]` is helm, `[binary, "kubectl", …]` kubectl. Needs no cluster."""
    return build(terminal(request.config))


@pytest.fixture(scope="session")
def helm(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Helm:
    """Helm. Without --kubeconfig it has no cluster."""
    home = str(tmp_path_factory.mktemp("helm"))
    homes = dict.fromkeys(("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"), home)
    environment = {**os.environ, **homes, "KUBECONFIG": os.devnull}

    def run(*arguments: str, stdin: str | None = None) -> str:
        return output([binary, "helm", *arguments], stdin=stdin, environment=environment)

    return run


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The cluster of this session."""
    chosen: str = request.config.getoption("--cluster")
    if chosen == "existing":
        yield _existing()
    elif chosen != "embedded":
        yield _running(Path(chosen))
    else:
        embedded = Cluster(tmp_path_factory.mktemp("cluster"))
        embedded.start(owned=True, report=terminal(request.config))
        yield embedded
        embedded.stop()
        shutil.rmtree(embedded.state / "etcd")  # pytest keeps the directories of three sessions; the logs suffice


@pytest.fixture(scope="session")
def embedded(cluster: Client) -> Cluster:
    """The cluster, for tests that look into its logs or stop its programs."""
    if not isinstance(cluster, Cluster):
        pytest.skip("needs the embedded cluster: its audit log and its processes")
    return cluster


@pytest.fixture(scope="session")
def kubectl(cluster: Client) -> Kubectl:
    """Kubectl as admin of the cluster."""
    return cluster.kubectl


@pytest.fixture(scope="session")
def gateway_api(kubectl: Kubectl) -> None:
    """The kinds of the Gateway API, served: those that the cluster has, or that it gets."""
    served = kubectl("api-resources", "--api-group=gateway.networking.k8s.io", "-o", "name").split()
    if not {f"{plural}.gateway.networking.k8s.io" for plural in PLURALS} <= set(served):
        kubectl("apply", "--server-side", "-f", "-", stdin=definitions())
        names = [f"crd/{plural}.gateway.networking.k8s.io" for plural in PLURALS]
        kubectl("wait", "--for=condition=Established", *names, "--timeout=30s")


@pytest.fixture
def namespace(kubectl: Kubectl) -> Iterator[str]:
    """A new namespace, gone after the test (its contents may take a moment longer)."""
    name = f"test-{uuid4().hex[:8]}"
    kubectl("create", "namespace", name)
    yield name
    kubectl("delete", "namespace", name, "--wait=false")


@pytest.fixture
def audit(embedded: Cluster) -> Audit:
    """The requests that the API server answers from now on."""
    return Audit(embedded)


def _existing() -> Client:
    path = os.environ.get("KUBECONFIG") or str(Path.home() / ".kube" / "config")
    executable = shutil.which("kubectl")
    if executable is None:
        pytest.exit("--cluster=existing needs kubectl on PATH", returncode=pytest.ExitCode.USAGE_ERROR)
    return Client(Path(path), Path(executable))


def _running(state: Path) -> Cluster:
    cluster = Cluster(state)
    if not cluster.running():
        start = f"python -m tests.cluster start --state {state}"
        pytest.exit(f"no cluster runs in {state}; start it with `{start}`", returncode=pytest.ExitCode.USAGE_ERROR)
    return cluster


def terminal(config: pytest.Config) -> Callable[[str], None]:
    """Return a printer of lines that passes pytest's capture: a first build takes minutes, and should say so."""
    capture = config.pluginmanager.get_plugin("capturemanager")

    def report(line: str) -> None:
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            print(f"\n{line}", file=sys.stderr, flush=True)

    return report
