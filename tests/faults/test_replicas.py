"""Two operators and one Lease: whatever happens between one of them and the API server, never do both write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiohttp import web

from tests.cluster.audit import Audit
from tests.cluster.cluster import Cluster
from tests.faults.nursery import Nursery
from tests.faults.proxy import Call, Fault
from tests.faults.trial import Spec, Trial

SIZE = 24
"""Services: enough that the first operator is at work for some time."""

ELECTION = {"leader_election": True, "lease_duration": 6, "renew_deadline": 4.0, "retry_period": 0.5}


class Partition(Fault):
    """From some write on nothing gets through any more, until it is over: no request, no answer, no event."""

    def __init__(self, writes: int) -> None:
        self.over = asyncio.Event()
        self._left = writes

    def cuts(self, call: Call) -> bool:
        """Whether it has begun, for this call."""
        return self._left <= 0 and not self.over.is_set()

    async def before(self, call: Call) -> web.Response | None:
        self._left -= call.writes
        if self.cuts(call):
            await self.over.wait()
        return None

    async def events(self, call: Call, lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for line in lines:
            if self.cuts(call):
                await self.over.wait()
            yield line


class LeaseAlone(Partition):
    """As a partition, but only the Lease is out of reach."""

    def cuts(self, call: Call) -> bool:
        return super().cuts(call) and "/leases" in call.path


class NoAnswers(Partition):
    """Every request arrives and is carried out, and no answer comes back."""

    async def before(self, call: Call) -> web.Response | None:
        self._left -= call.writes
        return None

    async def after(self, call: Call, status: int) -> None:
        if self.cuts(call):
            await self.over.wait()


@pytest.fixture
def replicas(trial: Trial, nursery: Nursery, tmp_path: Path) -> list[Trial]:
    """Return the operators `a` and `b` of one namespace, not started, each with an account and a proxy of its own."""
    found = []
    for name in "ab":
        (tmp_path / name).mkdir()
        replica = Trial(trial.api.acting_as(name, trial.namespace), nursery, trial.namespace, tmp_path / name)
        replica.proxy.start()
        found.append(replica)
    return found


@pytest.mark.parametrize(
    "kind", [Partition, *(pytest.param(kind, marks=pytest.mark.campaign) for kind in (LeaseAlone, NoAnswers))]
)
def test_of_two_replicas_one_writes_and_then_the_other(
    kind: type[Partition],
    trial: Trial,
    replicas: list[Trial],
    embedded: Cluster,
    report: Callable[[str], None],
) -> None:
    audit = Audit(embedded)
    fault = replicas[0].proxy.fault = kind(SIZE)
    try:
        for name, replica in zip("ab", replicas, strict=True):
            replica.start(identity=name, lease_namespace=trial.namespace, **ELECTION)
            trial.wait(lambda: holder(trial) == "a", "to be led")
        trial.apply(application("nginx:1.27"))
        trial.wait(lambda: holder(trial) == "b", "to be led by the other")
        trial.apply(application("nginx:1.28"))
        replicas[1].wait(replicas[1].ready, "to be ready")
        replicas[0].proxy.call_soon(fault.over.set)
        trial.wait(lambda: not replicas[0].running(), "to lose its first operator")
    finally:
        for replica in replicas:
            replica.kill()
            replica.proxy.stop()

    writes = (entry for entry in audit.writes(namespace=trial.namespace) if entry.resource != "leases")
    accounts = {f"system:serviceaccount:{trial.namespace}:{name}": name for name in "ab"}
    order = "".join(accounts.get(entry.user, "") for entry in writes)
    report(f"replicas: {kind.__name__}: {order.count('a')} writes of one, {order.count('b')} of the other")
    assert {*order} == {"a", "b"}
    assert order == "".join(sorted(order)), "both wrote"


def application(image: str) -> Spec:
    return {"compose": {"services": {f"web-{each}": {"image": image, "expose": [80]} for each in range(SIZE)}}}


def holder(trial: Trial) -> str:
    path = f"/apis/coordination.k8s.io/v1/namespaces/{trial.namespace}/leases"
    leases = trial.api.request("GET", path)["items"]
    return "".join(lease["spec"].get("holderIdentity") or "" for lease in leases)
