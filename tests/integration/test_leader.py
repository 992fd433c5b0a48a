"""Several operators on one cluster: of those that share a Lease one writes, whatever happens to it."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.cluster.audit import Audit, Entry
from tests.cluster.cluster import Cluster
from tests.cluster.credentials import kubeconfig
from tests.integration.conftest import ROOT, Operator, Stacks, wait_for

LEASE_DURATION = 3
ELECTION = {
    "leader_election": "true",
    "lease_name": "composestack",
    "lease_duration": str(LEASE_DURATION),
    "renew_deadline": "2",
    "retry_period": "0.5",
}
SIZE = 40
"""Services of a large stack."""

Start = Callable[..., Operator]


@pytest.fixture(scope="module")
def fresh(embedded: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster that no other operator serves."""
    cluster = Cluster(tmp_path_factory.mktemp("leader"))
    cluster.start(owned=True)
    cluster.kubectl("apply", "--server-side", "-f", str(ROOT / "crds" / "composestacks.yaml"))
    cluster.kubectl("wait", "--for=condition=Established", "crd/composestacks.composestack.io", "--timeout=30s")
    for name in "ab":
        cluster.kubectl("create", "serviceaccount", name)
        cluster.kubectl(
            "create", "clusterrolebinding", name, "--clusterrole=cluster-admin", f"--serviceaccount=default:{name}"
        )
    yield cluster
    cluster.stop()


@pytest.fixture
def start(fresh: Cluster, stacks: Stacks, tmp_path: Path) -> Iterator[Start]:
    """Start an operator of these stacks with an account and an identity of its own, `a` or `b`."""
    operators: list[Operator] = []

    def run(name: str, **settings: str) -> Operator:
        config = tmp_path / f"{name}.kubeconfig"
        token = fresh.kubectl("create", "token", name).strip()
        config.write_text(kubeconfig(fresh.server, fresh.kubeconfig.parent / "ca.crt", token))
        operator = Operator(
            config,
            tmp_path / f"{name}.log",
            **(ELECTION | {"identity": name, "namespaces": stacks.namespace} | settings),
        )
        operators.append(operator)
        operator.start()
        return operator

    yield run
    for operator in operators:
        if operator.running:
            operator.stop(signal.SIGKILL)


@pytest.fixture
def stacks(fresh: Cluster) -> Iterator[Stacks]:
    """The stacks of a new namespace, and a Lease that is free."""
    name = f"test-{uuid4().hex[:8]}"
    fresh.kubectl("create", "namespace", name)
    fresh.kubectl("delete", "lease", "--all", "--namespace=default")
    yield Stacks(fresh.kubectl, name)
    fresh.kubectl("delete", "namespace", name, "--wait=false")


def web(name: str, count: int = 1) -> dict[str, Any]:
    """Return an application of so many services, `<name>-web-0` and so on."""
    return {"services": {f"{name}-web-{number}": {"image": "nginx", "expose": [80]} for number in range(count)}}


def holder(cluster: Cluster, lease: str = "composestack") -> str:
    path = f"/apis/coordination.k8s.io/v1/namespaces/default/leases/{lease}"
    return str(json.loads(cluster.get(path))["spec"].get("holderIdentity", ""))


def until_led_by(cluster: Cluster, identity: str) -> float:
    """Wait for a new leader and return the seconds that it took."""
    began = time.monotonic()
    while holder(cluster) != identity:
        assert time.monotonic() - began < 30, f"{identity} does not take over"
        time.sleep(0.02)
    return time.monotonic() - began


def writes(audit: Audit, name: str | None = None) -> list[Entry]:
    """Return what the operators wrote, or one of them, apart from the Lease."""
    accounts = [f"system:serviceaccount:default:{each}" for each in (name or "ab")]
    return [entry for entry in audit.writes() if entry.user in accounts and entry.resource != "leases"]


def sample(operator: Operator, series: str) -> float:
    """Return what a series of the metrics shows, 0 if it is not there."""
    lines = (line.rpartition(" ") for line in operator.page("/metrics").splitlines())
    return next((float(value) for name, _, value in lines if name == series), 0.0)


def test_a_standby_is_ready_and_takes_over_without_a_write(fresh: Cluster, start: Start, stacks: Stacks) -> None:
    audit = Audit(fresh)
    leader, standby = start("a"), start("b")
    for number in range(3):
        stacks.apply(f"s{number}", web(f"s{number}"))
    for number in range(3):
        stacks.ready(f"s{number}")
    assert writes(audit, "a")
    assert writes(audit, "b") == []
    assert (sample(leader, "composestack_leader"), sample(standby, "composestack_leader")) == (1, 0)
    wait_for(lambda: sample(standby, 'composestack_stacks{reason="Ready"}') == 3, "the standby to see what is")
    assert sample(standby, "composestack_reconciles_total") == 0

    time.sleep(1)  # what is settled by now is written
    audit.mark()
    leader.signal(signal.SIGTERM)
    assert until_led_by(fresh, "b") < 2
    assert leader.ended() == 0
    wait_for(lambda: sample(standby, "composestack_queue_depth") == 0, "the new leader to have looked at everything")
    assert writes(audit) == []
    assert sample(standby, "composestack_leader") == 1

    stacks.kubectl("delete", "deployment", "s1-s1-web-0")
    wait_for(lambda: "s1-s1-web-0" in stacks.names("deployments"), "the new leader to repair a stack")
    assert {entry.user for entry in writes(audit)} == {"system:serviceaccount:default:b"}


def test_a_killed_leader_is_followed_without_a_write(fresh: Cluster, start: Start, stacks: Stacks) -> None:
    leader = start("a")
    start("b")
    stacks.apply("first", web("first"))
    stacks.ready("first")
    time.sleep(1)  # what is settled by now is written
    audit = Audit(fresh)
    leader.stop(signal.SIGKILL)

    assert until_led_by(fresh, "b") <= LEASE_DURATION + 2
    stacks.apply("second", web("second"))
    stacks.ready("second")
    assert {entry.name.partition("-")[0] for entry in writes(audit) if entry.resource == "deployments"} == {"second"}


def test_a_frozen_leader_that_wakes_up_writes_nothing(fresh: Cluster, start: Start, stacks: Stacks) -> None:
    leader, standby = start("a"), start("b")
    audit = Audit(fresh)
    for number in range(3):
        stacks.apply(f"s{number}", web(f"s{number}", SIZE))
    wait_for(lambda: len(writes(audit, "a")) > 5, "the leader to be at work")
    leader.signal(signal.SIGSTOP)
    until_led_by(fresh, "b")
    wait_for(lambda: bool(writes(audit, "b")), "the standby to be at work")
    leader.signal(signal.SIGCONT)

    assert leader.ended() == 1
    # An old term, or a missed renewal: it depends on the moment of freezing.
    assert "may have expired" in leader.log() or "not renewed for 2 s" in leader.log()
    for number in range(3):
        stacks.ready(f"s{number}")
    order = "".join(entry.user[-1] for entry in sorted(writes(audit), key=lambda entry: entry.received))
    before, _, after = order.partition("b")
    assert before
    # One write may have been on its way from the last look at the clock to the socket.
    assert after.count("a") <= 1, "both wrote"
    assert standby.running
    assert len(stacks.names("deployments")) == 3 * SIZE


def test_a_leader_that_cannot_reach_the_lease_ends(fresh: Cluster, start: Start, stacks: Stacks) -> None:
    leader = start("a")
    fresh.kubectl("delete", "clusterrolebinding", "a")
    try:
        assert leader.ended() == 1
    finally:
        fresh.kubectl("create", "clusterrolebinding", "a", "--clusterrole=cluster-admin", "--serviceaccount=default:a")
    assert "not renewed for 2 s" in leader.log()


def test_shards_share_the_stacks(fresh: Cluster, start: Start, stacks: Stacks) -> None:
    audit = Audit(fresh)
    start("a", selector="shard=a", lease_name="")
    start("b", selector="shard!=a", lease_name="")
    stacks.apply("one", web("one"))
    stacks.ready("one")
    assert writes(audit, "a") == []

    stacks.kubectl("label", "composestack", "one", "shard=a")
    time.sleep(1)
    audit.mark()
    stacks.kubectl("delete", "deployment", "one-one-web-0")
    wait_for(lambda: "one-one-web-0" in stacks.names("deployments"), "the other shard to repair the stack")
    stacks.ready("one")
    assert writes(audit, "b") == []
    leases = json.loads(fresh.kubectl("get", "leases", "--namespace=default", "-o", "json"))["items"]
    assert {lease["spec"]["holderIdentity"] for lease in leases} == {"a", "b"}
    assert "deployments" in {entry.resource for entry in writes(audit, "a")}


def test_metrics_show_what_happened(fresh: Cluster, start: Start, stacks: Stacks) -> None:
    operator = start("a", leader_election="false")
    stacks.apply("good", web("good"))
    stacks.apply("bad", "services: [")
    stacks.ready("good")
    stacks.not_ready("bad", "InvalidCompose")

    wait_for(lambda: sample(operator, 'composestack_stacks{reason="InvalidCompose"}') == 1, "the bad stack to show")
    wait_for(lambda: sample(operator, 'composestack_stacks{reason="Ready"}') == 1, "the good stack to show")
    assert sample(operator, 'composestack_objects{kind="Deployment"}') == 1
    series = 'composestack_api_requests_total{code="201",resource="deployments",verb="patch"}'
    assert sample(operator, series) == 1
    assert sample(operator, 'composestack_reconciles_total{outcome="settled"}') >= 2
    assert sample(operator, "composestack_reconcile_duration_seconds_count") >= 2
    assert sample(operator, "composestack_leader") == 1
    assert stacks.namespace not in operator.page("/metrics")
