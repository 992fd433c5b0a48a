"""The chart on a cluster of its own: it installs, and the operator runs with exactly the rights that it gives."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from tests.chart.conftest import CHART
from tests.cluster.audit import Audit
from tests.cluster.cluster import Cluster
from tests.cluster.credentials import kubeconfig
from tests.cluster.plugin import Helm
from tests.integration.conftest import ROOT, Operator, Stacks, wait_for

OPERATORS = "operators"
RELEASE = "composestack"
DEPLOYER = {
    "apiVersion": "v1",
    "kind": "List",
    "items": [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "deployer"}},
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": {"name": "deployer"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "admin"},
            "subjects": [{"kind": "ServiceAccount", "name": "deployer", "namespace": "shop"}],
        },
    ],
}
KEPT = {
    "services": {"web": {"image": "nginx", "volumes": ["data:/data"]}, "cache": {"image": "redis"}},
    "volumes": {"data": {}},
}
ACCOUNT = f"system:serviceaccount:{OPERATORS}:{RELEASE}"


@pytest.fixture(scope="module")
def fresh(embedded: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster that no other operator serves."""
    cluster = Cluster(tmp_path_factory.mktemp("chart"))
    cluster.start(owned=True)
    yield cluster
    cluster.stop()


@pytest.fixture(params=[False, True], ids=["all-namespaces", "one-namespace"])
def namespaces(request: pytest.FixtureRequest, fresh: Cluster) -> list[str]:
    """The value `namespaces`: with a namespace that exists."""
    fresh.kubectl("apply", "--server-side", "-f", "-", stdin=_namespace("shop"))
    return ["shop"] if request.param else []


@pytest.fixture
def values() -> tuple[str, ...]:
    """More values of the chart, as flags of Helm."""
    return ()


@pytest.fixture
def release(fresh: Cluster, helm: Helm, namespaces: list[str], values: tuple[str, ...]) -> Iterator[None]:
    """The chart, installed and its Deployment available."""
    flags = (f"--namespace={OPERATORS}", f"--kubeconfig={fresh.kubeconfig}", "--timeout=60s", "--wait")
    scope = f"--set-json=namespaces={json.dumps(namespaces)}"
    helm("install", RELEASE, str(CHART), "--create-namespace", scope, *values, *flags)
    yield
    helm("uninstall", RELEASE, *flags)


@pytest.fixture
def account(fresh: Cluster, release: None, tmp_path: Path) -> Path:
    """A directory as the kubelet mounts it: the token of the operator's account and the authority to trust."""
    token = fresh.kubectl("create", "token", RELEASE, f"--namespace={OPERATORS}").strip()
    (tmp_path / "token").write_text(token)
    (tmp_path / "ca.crt").write_bytes((fresh.kubeconfig.parent / "ca.crt").read_bytes())
    return tmp_path


@pytest.fixture
def operator(fresh: Cluster, account: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Operator]:
    """The operator as the installed Deployment runs it: its environment, its account."""
    deployment = json.loads(fresh.kubectl("get", "deployment", RELEASE, f"--namespace={OPERATORS}", "-o", "json"))
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    for variable in container["env"]:
        if "value" in variable:
            monkeypatch.setenv(variable["name"], variable["value"])
    config = account / "kubeconfig"
    config.write_text(kubeconfig(fresh.server, account / "ca.crt", (account / "token").read_text()))
    operator = Operator(config, account / "log")
    operator.start()
    yield operator
    operator.stop()


def test_helm_test_finds_the_stacks(fresh: Cluster, helm: Helm, account: Path, namespaces: list[str]) -> None:
    server = urlsplit(fresh.server)
    environment = {
        **os.environ,
        "SERVICE_ACCOUNT": str(account),
        "KUBERNETES_SERVICE_HOST": str(server.hostname),
        "KUBERNETES_SERVICE_PORT": str(server.port),
        "COMPOSESTACK_NAMESPACES": ",".join(namespaces),
    }
    script = CHART / "files" / "access.py"
    done = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == f"{(namespaces or ['all namespaces'])[0]}: 200 OK\n"

    helm("test", RELEASE, f"--namespace={OPERATORS}", f"--kubeconfig={fresh.kubeconfig}", "--timeout=60s")


def test_the_pods_are_allowed_where_pod_security_is_restricted(fresh: Cluster, helm: Helm) -> None:
    enforce = {"pod-security.kubernetes.io/enforce": "restricted"}
    fresh.kubectl("apply", "--server-side", "-f", "-", stdin=_namespace("strict", enforce))
    flags = ("--namespace=strict", f"--kubeconfig={fresh.kubeconfig}", "--timeout=60s", "--wait")
    helm("install", RELEASE, str(CHART), "--set=crds.enabled=false,rbac.aggregate=false", *flags)
    helm("test", RELEASE, *flags[:3])
    helm("uninstall", RELEASE, *flags)


def test_the_operator_does_its_work_and_is_never_forbidden(
    fresh: Cluster, operator: Operator, namespaces: list[str]
) -> None:
    audit = Audit(fresh)
    stacks = Stacks(fresh.kubectl, "shop")
    for example in sorted((ROOT / "examples").glob("*.yaml")):
        stacks.kubectl("apply", "-f", str(example))
    for name in ("queue", "shop", "web-redis"):
        stacks.ready(name)

    uid = stacks.get("deployment", "shop-api")["metadata"]["uid"]
    stacks.kubectl("delete", "deployment", "shop-api")
    wait_for(lambda: "shop-api" in stacks.names("deployments"), "the Deployment to come back")
    assert stacks.get("deployment", "shop-api")["metadata"]["uid"] != uid
    stacks.kubectl("patch", "composestack", "web-redis", "--type=merge", "-p", '{"spec":{"exclude":["redis"]}}')
    stacks.ready("web-redis")
    wait_for(lambda: "web-redis-redis" not in stacks.names("deployments"), "the Deployment to be pruned")
    stacks.kubectl("delete", "composestacks", "--all")

    calls = audit.entries(user=ACCOUNT)
    assert [str(call) for call in calls if call.code in {401, 403}] == []
    written = {(call.verb, call.resource) for call in calls if call.writes}
    assert {("patch", "composestacks/status"), ("patch", "jobs"), ("delete", "deployments")} <= written
    assert ("create", "events") in written
    assert {call.namespace for call in calls if call.resource == "leases"} == {OPERATORS}
    if namespaces:
        assert {call.namespace for call in calls if call.resource not in {"", "leases"}} == {"shop"}
    wait_for(lambda: stacks.names("deployments,jobs,services") == [], "the children to be collected")
    assert stacks.names("persistentvolumeclaims") == ["queue-broker", "queue-database", "shop-data"]


@pytest.mark.parametrize(
    "values", [("--set=impersonation.enabled=true", "--set=impersonation.serviceAccounts=Required")]
)
def test_an_operator_that_writes_as_others_writes_nothing_by_itself(fresh: Cluster, operator: Operator) -> None:
    audit = Audit(fresh)
    stacks = Stacks(fresh.kubectl, "shop")
    stacks.kubectl("apply", "-f", "-", stdin=json.dumps(DEPLOYER))

    stacks.apply("anonymous", {"services": {"web": {"image": "nginx"}}})
    assert "spec.serviceAccountName" in stacks.not_ready("anonymous", "Refused")["message"]
    for service in ("app", "other"):
        services = {"services": {service: {"image": "nginx", "expose": [80]}}}
        stacks.apply("shop", services, serviceAccountName="deployer")
        stacks.ready("shop")
    wait_for(lambda: stacks.names("deployments") == ["shop-other"], "the first service to be pruned")

    wait_for(lambda: "leases" in {call.resource for call in audit.writes(user=ACCOUNT)}, "the Lease to be renewed")
    calls = audit.entries(user=ACCOUNT)
    assert [str(call) for call in calls if call.code in {401, 403}] == []
    alone = {call.resource for call in calls if call.writes and not call.impersonated}
    assert alone == {"composestacks/status", "events", "leases"}
    rules = fresh.kubectl("auth", "can-i", "--list", f"--as={ACCOUNT}", "--namespace=shop")
    (secrets,) = (line.split() for line in rules.splitlines() if line.startswith("secrets "))
    assert secrets[-3:] == ["[get", "list", "watch]"]
    stacks.kubectl("delete", "composestacks", "--all")


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """The chart as it was before `spec.exclude` came."""
    chart = tmp_path / "older"
    shutil.copytree(CHART, chart)
    metadata = yaml.safe_load((CHART / "Chart.yaml").read_text())
    (chart / "Chart.yaml").write_text(yaml.safe_dump({**metadata, "version": "0.0.1"}))
    definition = yaml.safe_load((CHART / "files" / "composestacks.yaml").read_text())
    (version,) = definition["spec"]["versions"]
    del version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["exclude"]
    (chart / "files" / "composestacks.yaml").write_text(yaml.safe_dump(definition))
    return chart


def test_stacks_and_their_data_survive_an_upgrade_and_an_uninstallation(
    fresh: Cluster, helm: Helm, older: Path, tmp_path: Path
) -> None:
    fresh.kubectl("apply", "--server-side", "-f", "-", stdin=_namespace("shop"))
    fresh.kubectl("delete", "crd", "composestacks.composestack.io", "--ignore-not-found")
    flags = (f"--namespace={OPERATORS}", f"--kubeconfig={fresh.kubeconfig}", "--timeout=60s", "--wait")
    stacks, operator = Stacks(fresh.kubectl, "shop"), Operator(fresh.kubeconfig, tmp_path / "log")
    helm("install", RELEASE, str(older), "--create-namespace", *flags)
    operator.start()
    try:
        stacks.apply("kept", KEPT)
        stacks.ready("kept")
        with pytest.raises(subprocess.CalledProcessError, match="unknown field"):
            stacks.apply("kept", KEPT, exclude=["cache"])
        lasting = _uids(stacks, "crd", "composestacks", "persistentvolumeclaims", "deployments/kept-web")

        helm("upgrade", RELEASE, str(CHART), *flags)
        operator.stop()  # as the Deployment of the new version does
        operator.start()
        stacks.apply("kept", KEPT, exclude=["cache"])
        stacks.ready("kept")
        wait_for(lambda: stacks.names("deployments") == ["kept-web"], "the excluded service to be pruned")
        assert _uids(stacks, *lasting) == lasting

        helm("uninstall", RELEASE, *flags)
        assert _uids(stacks, *lasting) == lasting
        helm("install", RELEASE, str(CHART), *flags)
        stacks.ready("kept")
        assert _uids(stacks, *lasting) == lasting

        claims = _uids(stacks, "persistentvolumeclaims")
        stacks.kubectl("delete", "composestack", "kept")
        wait_for(lambda: stacks.names("deployments") == [], "the children to be collected")
        assert _uids(stacks, "persistentvolumeclaims") == claims
    finally:
        operator.stop()
        helm("uninstall", RELEASE, *flags)


def _uids(stacks: Stacks, *kinds: str) -> dict[str, str]:
    """Return the uids of these objects, by their kind or by kind and name."""
    found = {kind: stacks.kubectl("get", kind, "-o", "jsonpath={..metadata.uid}") for kind in kinds}
    assert all(found.values()), found
    return found


def _namespace(name: str, labels: dict[str, str] | None = None) -> str:
    metadata = {"name": name, "labels": labels or {}}
    return json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
