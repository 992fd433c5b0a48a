"""What kstatus, and so `kubectl`-like waiters, Flux and kpt, makes of each situation of a stack."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count, product
from typing import Any

import pytest

from composestack.api.reasons import Reason
from composestack.api.v1alpha1 import API_VERSION, KIND, ComposeStackStatus
from composestack.kinds import Ref
from composestack.reconcile.port import Health, NameConflict, Phase, Rejected, StackKey
from composestack.reconcile.reconciler import Reconciler
from composestack.reconcile.status import Standing, Verdict, next_status
from composestack.translate.policies import Policies
from tests.kstatus.program import Kstatus
from tests.unit.reconcile.recording import RecordingCluster

KEY = StackKey("default", "shop")
GOOD = """
services:
  web: {image: nginx, depends_on: {db: {condition: service_healthy}}}
  db: {image: postgres, healthcheck: {test: pg_isready}}
"""
WEB, DB = Ref("Deployment", "shop-web"), Ref("Deployment", "shop-db")
LATE = Health(Phase.FAILED, 0, 1, "ProgressDeadlineExceeded", "has timed out progressing")
PROMISED = {
    Standing.READY: "Current",
    Standing.PROGRESSING: "InProgress",
    Standing.FAILING: "InProgress",
    Standing.STALLED: "Failed",
}
"""FAILING may yet mend itself: an image may be pushed, a quota raised. Nobody has to touch the stack."""


class Life:
    """A stack and the reconciler that looks after it."""

    def __init__(self, **spec: Any) -> None:
        metadata: dict[str, Any] = {"name": "shop", "namespace": "default", "uid": "uid-of-the-stack"}
        metadata |= {"generation": 1, "resourceVersion": "1"}
        spec = {"compose": GOOD, **spec}
        self.body: dict[str, Any] = {"metadata": metadata, "spec": spec, "status": {"observedGeneration": -1}}
        self.cluster = RecordingCluster(self.body)
        minutes = count(step=60)  # less urgent changes of a status are held back for a moment
        self._reconciler = Reconciler(
            self.cluster, Policies(), now=lambda: datetime(2026, 1, 1, tzinfo=UTC), clock=lambda: float(next(minutes))
        )

    async def look(self) -> None:
        await self._reconciler.reconcile(KEY)

    async def become_ready(self) -> None:
        for _ in range(3):
            await self.look()
            self.cluster.become_ready()

    async def fail(self, ref: Ref) -> None:
        self.cluster.children[ref] = replace(self.cluster.children[ref], health=LATE)
        await self.look()

    def edit(self, **spec: Any) -> None:
        self.body["metadata"]["generation"] += 1
        self.body["spec"] = {**self.body["spec"], **spec}


async def untouched(life: Life) -> None:
    pass


async def new(life: Life) -> None:
    await life.look()


async def waiting_for_a_dependency(life: Life) -> None:
    await life.look()
    assert DB in life.cluster.children
    assert WEB not in life.cluster.children


async def ready(life: Life) -> None:
    await life.become_ready()


async def edited(life: Life) -> None:
    await life.become_ready()
    life.edit(profiles=["x"])


async def healing(life: Life) -> None:
    await life.become_ready()
    del life.cluster.children[WEB]
    await life.look()


async def invalid(life: Life) -> None:
    await life.become_ready()
    life.edit(compose="services: {web: {imago: nginx}}")
    await life.look()


async def mended(life: Life) -> None:
    await invalid(life)
    life.edit(compose=GOOD)
    await life.look()


async def refused(life: Life) -> None:
    life.edit(compose="services: {web: {image: nginx, privileged: true}}")
    await life.look()


async def in_conflict(life: Life) -> None:
    life.cluster.errors[DB] = NameConflict(DB, "somebody else")
    await life.look()


async def rejected(life: Life) -> None:
    life.cluster.errors[DB] = Rejected(DB, 422, "no such field")
    await life.look()


async def immutable(life: Life) -> None:
    life.cluster.errors[DB] = Rejected(DB, 422, "may not change", immutable=True)
    await life.look()


async def without_its_source(life: Life) -> None:
    life.edit(envFrom=[{"secretRef": {"name": "absent"}}])
    await life.look()


async def late(life: Life) -> None:
    await life.become_ready()
    await life.fail(WEB)


async def behind_a_failed_dependency(life: Life) -> None:
    await life.look()
    await life.fail(DB)


async def suspended_when_ready(life: Life) -> None:
    await life.become_ready()
    life.edit(suspend=True)
    await life.look()


async def suspended_before_it_was_ready(life: Life) -> None:
    await life.look()
    life.edit(suspend=True)
    await life.look()


async def deleted(life: Life) -> None:
    await life.become_ready()
    life.body["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    await life.look()


SITUATIONS = {
    untouched: "InProgress",
    new: "InProgress",
    waiting_for_a_dependency: "InProgress",
    ready: "Current",
    edited: "InProgress",
    healing: "InProgress",
    invalid: "Failed",
    mended: "Current",
    refused: "Failed",
    in_conflict: "Failed",
    rejected: "Failed",
    immutable: "Failed",
    without_its_source: "InProgress",
    late: "InProgress",
    behind_a_failed_dependency: "InProgress",
    suspended_when_ready: "Current",
    suspended_before_it_was_ready: "Failed",
    deleted: "Terminating",
}


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda each: each.__name__)
async def test_kstatus_says_what_is_so(kstatus: Kstatus, situation: Any) -> None:
    life = Life()

    await situation(life)

    assert kstatus.compute([resource(life.body)]) == [SITUATIONS[situation]]


def test_kstatus_says_the_same_of_a_verdict_wherever_the_stack_comes_from(kstatus: Kstatus) -> None:
    changes = list(product(Standing, Standing, (1, 2)))
    bodies = []
    for before, after, generation in changes:
        status = ComposeStackStatus(observed_generation=-1)
        for standing, seen in ((before, 1), (after, generation)):
            outcome = Verdict(standing, Reason.PROGRESSING, "so it is")
            status = next_status(status, outcome, None, metadata={"generation": seen}, now="2026-01-01T00:00:00Z")
        written = status.model_dump(mode="json", by_alias=True, exclude_none=True)
        bodies.append(resource({"metadata": {"name": "shop", "generation": generation}, "status": written}))

    assert kstatus.compute(bodies) == [PROMISED[after] for _, after, _ in changes]


def test_no_verdict_counts_before_its_generation_is_observed(kstatus: Kstatus) -> None:
    bodies = []
    for standing in Standing:
        outcome = Verdict(standing, Reason.PROGRESSING, "so it is")
        status = next_status(
            ComposeStackStatus(), outcome, None, metadata={"generation": 1}, now="2026-01-01T00:00:00Z"
        )
        written = status.model_dump(mode="json", by_alias=True, exclude_none=True)
        bodies.append(resource({"metadata": {"name": "shop", "generation": 2}, "status": written}))

    assert set(kstatus.compute(bodies)) == {"InProgress"}


def resource(body: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": API_VERSION, "kind": KIND, **body}
