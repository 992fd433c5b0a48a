from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from composestack.kinds import Ref
from composestack.reconcile import rollback
from composestack.reconcile.port import Health, Live, Phase, Rejected, StackKey
from composestack.reconcile.reconciler import CALM, Reconciler, Result
from composestack.reconcile.rollback import KEY, NoWayBack
from composestack.translate.policies import Policies
from composestack.translate.policy import Policy
from tests.unit.reconcile.recording import RecordingCluster
from tests.unit.reconcile.rows import UID, child, manifest, plan, rows, service

STACK = StackKey("default", "shop")
WEB, KEPT, CLAIM = (
    Ref("Deployment", "shop-web"),
    Ref("Secret", "shop-last-ready"),
    Ref("PersistentVolumeClaim", "shop-data"),
)
COMPOSE = """
services:
  web:
    image: nginx:1
    configs: [page]
    volumes: [data:/d]
    deploy:
      update_config: {failure_action: rollback}
      rollback_config: {order: start-first, monitor: 3s}
configs: {page: {content: "one"}}
volumes: {data: {}}
"""
BASELINE = Policy()
MISSED = Health(Phase.FAILED, 0, 1, "ProgressDeadlineExceeded", "ReplicaSet has timed out progressing")


def body(compose: str = COMPOSE, generation: int = 1, **spec: Any) -> dict[str, Any]:
    metadata = {"name": "shop", "namespace": "default", "uid": UID, "generation": generation, "resourceVersion": "7"}
    return {"metadata": metadata, "spec": {"compose": compose, **spec}, "status": {"observedGeneration": -1}}


class House:
    """A stack that was ready once, in its first generation."""

    def __init__(self, cluster: RecordingCluster, policy: Policy = BASELINE) -> None:
        self.cluster = cluster
        self.policy = policy
        self.now = 0.0
        self.restart()

    @classmethod
    async def ready(cls, **spec: Any) -> House:
        house = cls(RecordingCluster(body(**spec)))
        await house.look()
        house.cluster.become_ready()
        assert await house.look() == Result(settled=True)
        return house

    def restart(self) -> None:
        self.reconciler = Reconciler(self.cluster, Policies(self.policy), clock=lambda: self.now)

    async def look(self) -> Result:
        self.now += CALM
        return await self.reconciler.reconcile(STACK)

    def change(self, compose: str, generation: int, **metadata: Any) -> None:
        status = self.cluster.body and self.cluster.body["status"]
        self.cluster.body = {**body(compose, generation), "status": status}
        self.cluster.body["metadata"] |= metadata

    async def fail(self, compose: str = COMPOSE.replace("nginx:1", "nginx:2"), generation: int = 2) -> Result:
        """Apply another generation, and let it miss its deadline."""
        self.change(compose, generation)
        await self.look()
        self.cluster.children[WEB] = replace(self.cluster.children[WEB], health=MISSED)
        return await self.look()

    @property
    def status(self) -> Mapping[str, Any]:
        return self.cluster.statuses[-1]

    @property
    def image(self) -> str:
        return str(self.cluster.manifests[WEB]["spec"]["template"]["spec"]["containers"][0]["image"])


async def test_what_is_ready_is_kept_once() -> None:
    house = await House.ready()

    assert house.cluster.applied.count(KEPT) == 1
    assert house.cluster.applied[-1] == KEPT
    assert house.status["lastReady"]["generation"] == 1
    assert str(KEPT) in {entry["id"] for entry in house.status["inventory"]}
    assert len(house.cluster.statuses) == 2

    house.restart()
    house.cluster.applied.clear()
    assert await house.look() == Result(settled=True)
    assert (house.cluster.applied, len(house.cluster.statuses)) == ([], 2)


async def test_nothing_is_kept_of_a_stack_that_does_not_ask_for_it() -> None:
    house = await House.ready(compose=COMPOSE.replace("rollback}", "pause}"))

    assert KEPT not in house.cluster.applied
    assert "lastReady" not in house.status


async def test_a_rollout_that_misses_its_deadline_is_undone_and_not_tried_again() -> None:
    house = await House.ready()
    good = house.status["lastAppliedRevision"]

    assert await house.fail() == Result(again=0.0)
    assert house.status["rolledBack"]["generation"] == 2
    assert house.cluster.ready["reason"] == "RolledBack"
    assert house.image == "nginx:2"

    await house.look()
    assert house.image == "nginx:1"
    house.cluster.become_ready()
    assert await house.look() == Result(settled=True)

    ready, stalled = house.status["conditions"]
    assert (ready["status"], ready["reason"], stalled["type"]) == ("False", "RolledBack", "Stalled")
    assert "generation 1 runs again" in ready["message"]
    assert "ProgressDeadlineExceeded" in ready["message"]
    assert (house.status["observedGeneration"], house.status["lastAppliedRevision"]) == (2, good)
    assert house.status["servicesReady"] == "1/1"

    writes = len(house.cluster.statuses)
    house.cluster.applied.clear()
    house.restart()
    assert await house.look() == Result(settled=True)
    assert (house.cluster.applied, len(house.cluster.statuses)) == ([], writes)


async def test_what_is_decided_is_written_down_before_it_is_done() -> None:
    house = await House.ready()
    await house.fail()
    applied = len(house.cluster.applied)

    house.restart()
    await house.look()

    assert house.cluster.applied[applied:] == [WEB]
    assert house.image == "nginx:1"


async def test_configs_of_both_generations_stay_until_the_end_and_volumes_are_left_as_they_are() -> None:
    house = await House.ready()
    pages = {ref for ref in house.cluster.children if ref.kind == "ConfigMap"}

    await house.fail(COMPOSE.replace("nginx:1", "nginx:2").replace('"one"', '"two"'))
    assert pages < {ref for ref in house.cluster.children if ref.kind == "ConfigMap"}
    house.cluster.children[CLAIM] = replace(house.cluster.children[CLAIM], meant="larger", actual="larger")
    house.cluster.applied.clear()

    await house.look()
    house.cluster.become_ready()
    await house.look()

    assert house.cluster.applied == [WEB]
    assert {ref for ref in house.cluster.children if ref.kind == "ConfigMap"} == pages
    assert CLAIM in house.cluster.children


async def test_the_way_back_has_a_pace_of_its_own() -> None:
    house = await House.ready()
    assert house.cluster.manifests[WEB]["spec"]["strategy"] == {"type": "Recreate"}

    await house.fail()
    await house.look()

    spec = house.cluster.manifests[WEB]["spec"]
    assert (spec["minReadySeconds"], spec["progressDeadlineSeconds"]) == (3, 603)
    assert "template" in spec


@pytest.mark.parametrize(
    ("generation", "image", "metadata"),
    [
        (3, "nginx:3", {}),
        (2, "nginx:2", {"annotations": {"composestack.io/reconcile-requested-at": "now"}}),
    ],
    ids=["change", "request"],
)
async def test_a_change_or_a_request_ends_it(generation: int, image: str, metadata: dict[str, Any]) -> None:
    house = await House.ready()
    await house.fail()
    await house.look()
    house.cluster.become_ready()
    await house.look()

    house.change(COMPOSE.replace("nginx:1", image), generation, **metadata)
    await house.look()

    assert house.image == image
    assert "rolledBack" not in house.status
    house.cluster.become_ready()
    await house.look()
    assert house.cluster.ready["status"] == "True"
    assert house.status["lastReady"]["generation"] == generation


async def test_a_changed_source_ends_it_too() -> None:
    ref = Ref("ConfigMap", "tag")
    compose = COMPOSE.replace("nginx:1", "nginx:${TAG}")
    house = House(RecordingCluster(body(compose, envFrom=[{"configMapRef": {"name": "tag"}}])))
    for tag in ("1", "2"):
        house.cluster.change_source(ref, {"kind": "ConfigMap", "data": {"TAG": tag}})
        await house.look()
        house.cluster.become_ready()
        house.cluster.children[WEB] = replace(
            house.cluster.children[WEB], health=Health(Phase.CURRENT, 1, 1) if tag == "1" else MISSED
        )
        await house.look()
    await house.look()
    assert house.image == "nginx:1"

    house.cluster.change_source(ref, {"kind": "ConfigMap", "data": {"TAG": "3"}})
    await house.look()

    assert house.image == "nginx:3"


async def test_what_was_never_ready_has_nothing_to_go_back_to() -> None:
    house = House(RecordingCluster(body()))
    await house.look()
    house.cluster.children[WEB] = replace(house.cluster.children[WEB], health=MISSED)

    assert not (await house.look()).settled

    assert house.cluster.ready["reason"] == "WorkloadFailed"
    assert "rolledBack" not in house.status


async def test_what_was_ready_and_is_no_longer_has_nothing_to_go_back_to() -> None:
    house = await House.ready()
    house.cluster.children[WEB] = replace(house.cluster.children[WEB], health=MISSED)

    await house.look()

    assert house.cluster.ready["reason"] == "WorkloadFailed"
    assert "rolledBack" not in house.status


async def test_what_is_ready_is_kept_when_all_else_is_written() -> None:
    house = await House.ready(networkPolicy="Off")
    policy = Ref("NetworkPolicy", "shop-network-default")
    kept = house.cluster.manifests[KEPT]
    house.change(COMPOSE, 2)
    house.cluster.errors[policy] = Rejected(policy, 422, "no")
    house.cluster.applied.clear()

    await house.look()
    assert house.cluster.manifests[KEPT] == kept

    del house.cluster.errors[policy]
    assert await house.look() == Result(settled=True)
    assert house.cluster.applied == [policy, KEPT]
    assert house.status["lastReady"]["generation"] == 2


async def test_a_restored_generation_that_fails_too_is_reported() -> None:
    house = await House.ready()
    await house.fail()
    await house.look()
    house.cluster.children[WEB] = replace(house.cluster.children[WEB], health=MISSED)
    await house.look()

    assert house.cluster.ready["reason"] == "RollbackFailed"
    assert house.image == "nginx:1"


@pytest.mark.parametrize("data", [None, {}, {KEY: "!"}, {KEY: b64encode(b"no gzip").decode()}, "of another"])
async def test_only_what_was_written_is_restored(data: Any) -> None:
    house = await House.ready()
    await house.fail()
    if data is None:
        del house.cluster.children[KEPT]
    elif data == "of another":
        forged = rollback.state({"compose": "services: {web: {image: evil}}"}, {})
        house.cluster.manifests[KEPT] = {"kind": "Secret", "data": {KEY: b64encode(forged.packed).decode()}}
    else:
        house.cluster.manifests[KEPT] = {"kind": "Secret", "data": data}

    assert await house.look() == Result(settled=True)

    assert house.image == "nginx:2"
    assert house.cluster.ready["reason"] == "RollbackFailed"
    assert "request a reconcile" in house.cluster.ready["message"]


async def test_what_another_version_has_kept_and_this_one_does_not_understand_is_not_restored() -> None:
    house = await House.ready()
    await house.fail()
    state = rollback.state({"compose": COMPOSE, "publish": {"type": "Mesh"}}, {})
    house.cluster.manifests[KEPT] = {"kind": "Secret", "data": {KEY: b64encode(state.packed).decode()}}
    house.status["lastReady"]["digest"] = state.digest

    assert await house.look() == Result(settled=True)

    assert house.cluster.ready["reason"] == "RollbackFailed"
    assert "no longer accepted" in house.cluster.ready["message"]


async def test_what_is_no_longer_allowed_is_not_restored() -> None:
    compose = COMPOSE.replace("volumes: [data:/d]", "privileged: true")
    house = House(RecordingCluster(body(compose)), Policy(privileged=True))
    await house.look()
    house.cluster.become_ready()
    await house.look()
    await house.fail(COMPOSE.replace("nginx:1", "nginx:2"))

    house.policy = BASELINE
    house.restart()
    await house.look()

    assert house.cluster.ready["reason"] == "RollbackFailed"
    assert "privileged" in house.cluster.ready["message"]


async def test_what_is_too_large_to_be_kept_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    house = await House.ready()
    monkeypatch.setattr(rollback, "LIMIT", 10)
    house.change(COMPOSE.replace("nginx:1", "nginx:2"), 2)
    await house.look()
    house.cluster.become_ready()
    await house.look()

    assert KEPT in house.cluster.deleted
    assert "lastReady" not in house.status
    assert [notice["path"] for notice in house.status["notices"] if "rolled back" in notice["message"]] == [
        "services.web.deploy.update_config.failure_action"
    ]


def test_a_state_is_told_by_spec_and_sources_alone() -> None:
    source = {"kind": "Secret", "data": {"a": "Yg=="}, "metadata": {"resourceVersion": "1"}}
    found = {Ref("Secret", "s"): source, Ref("ConfigMap", "absent"): None}
    one = rollback.state({"compose": "x", "env": []}, found)
    other = rollback.state({"env": [], "compose": "x"}, {**found, Ref("Secret", "s"): {**source, "metadata": {}}})

    assert one == other
    spec, sources = rollback.restore({"data": {KEY: b64encode(one.packed).decode()}}, one.digest)
    assert spec == {"compose": "x", "env": []}
    assert sources == {Ref("Secret", "s"): {"kind": "Secret", "data": {"a": "Yg=="}}, Ref("ConfigMap", "absent"): None}
    with pytest.raises(NoWayBack):
        rollback.restore({"data": {KEY: b64encode(one.packed).decode()}}, "of another state")


@pytest.mark.parametrize(
    ("health", "asks", "meant", "expected"),
    [
        (MISSED, True, "", True),
        (MISSED, False, "", False),
        (MISSED, True, "older", False),
        (replace(MISSED, reason="Else"), True, "", False),
        (replace(MISSED, phase=Phase.IN_PROGRESS), True, "", False),
    ],
)
def test_only_a_missed_deadline_of_this_template_counts(health: Health, asks: bool, meant: str, expected: bool) -> None:
    web = replace(service("web"), rollback={} if asks else None)
    made = plan(web)

    assert rollback.missed(made, Live(rows(child(made.manifests[0], health=health, meant=meant)))) is expected


def test_fields_of_the_failed_pace_do_not_remain() -> None:
    web = replace(service("web"), rollback={"strategy": "back"})
    deployment = manifest("Deployment", "shop-web", minReadySeconds=9, replicas=2, strategy="forth")

    (back,) = rollback.restored(replace(plan(), manifests=(deployment,), services=(web,)), Live({})).manifests

    assert back["spec"] == {"replicas": 2, "strategy": "back"}
    assert back["metadata"]["annotations"] != deployment["metadata"]["annotations"]
