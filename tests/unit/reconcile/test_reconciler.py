from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from composestack.kinds import KINDS, Ref
from composestack.reconcile.port import NameConflict, Rejected, StackKey
from composestack.reconcile.reconciler import CALM, SLOW, Reconciler, Result
from composestack.translate.policy import Policy
from tests.unit.reconcile.recording import RecordingCluster
from tests.unit.reconcile.rows import UID, child, manifest

KEY = StackKey("default", "shop")
WEB_AND_DB = """
services:
  web:
    image: nginx
    ports: ["8080:80"]
    depends_on: {db: {condition: service_healthy}}
  db:
    image: postgres:17
    volumes: [data:/var/lib/postgresql/data]
    healthcheck: {test: pg_isready}
volumes: {data: {}}
"""
WEB, DB = Ref("Deployment", "shop-web"), Ref("Deployment", "shop-db")


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def stack(compose: str = WEB_AND_DB, generation: int = 1, **spec: Any) -> dict[str, Any]:
    metadata = {"name": "shop", "namespace": "default", "uid": UID, "generation": generation}
    return {"metadata": metadata, "spec": {"compose": compose, **spec}, "status": {"observedGeneration": -1}}


def setup(body: dict[str, Any] | None) -> tuple[RecordingCluster, Reconciler, Clock]:
    cluster, clock = RecordingCluster(body), Clock()
    return cluster, Reconciler(cluster, Policy(), now=lambda: datetime(2026, 1, 1, tzinfo=UTC), clock=clock), clock


async def converged() -> tuple[RecordingCluster, Reconciler]:
    cluster, reconciler, _ = setup(stack())
    for _ in range(3):
        await reconciler.reconcile(KEY)
        cluster.become_ready()
    assert cluster.ready["status"] == "True"
    cluster.applied.clear()
    cluster.statuses.clear()
    cluster.events.clear()
    return cluster, reconciler


async def test_a_new_stack_is_applied_wave_by_wave_and_its_status_written_twice() -> None:
    cluster, reconciler, _ = setup(stack())

    await reconciler.reconcile(KEY)
    waves = [KINDS[ref.kind].wave for ref in cluster.applied]
    assert waves == sorted(waves)
    assert DB in cluster.applied
    assert WEB not in cluster.applied
    assert cluster.ready["status"] == "Unknown"

    cluster.become_ready()
    await reconciler.reconcile(KEY)
    assert WEB in cluster.applied
    cluster.become_ready()
    assert await reconciler.reconcile(KEY) == Result(settled=True)

    assert cluster.ready["message"] == "2 of 2 services are ready"
    assert len(cluster.statuses) == 2
    assert len(cluster.applied) == len(set(cluster.applied))


async def test_children_are_owned_by_the_stack_but_retained_claims_are_not() -> None:
    cluster, reconciler, _ = setup(stack())

    await reconciler.reconcile(KEY)

    (owner,) = cluster.manifests[DB]["metadata"]["ownerReferences"]
    assert (owner["uid"], owner["controller"]) == (UID, True)
    assert "ownerReferences" not in cluster.manifests[Ref("PersistentVolumeClaim", "shop-data")]["metadata"]


async def test_a_stack_that_is_as_it_should_be_costs_no_write() -> None:
    cluster, reconciler = await converged()

    assert await reconciler.reconcile(KEY) == Result(settled=True)

    assert (cluster.applied, cluster.deleted, cluster.statuses, cluster.events) == ([], [], [], [])


async def test_one_changed_image_is_one_apply() -> None:
    cluster, reconciler = await converged()
    cluster.body = {
        **stack(WEB_AND_DB.replace("nginx", "nginx:2"), 2),
        "status": cluster.body and cluster.body["status"],
    }

    await reconciler.reconcile(KEY)

    assert cluster.applied == [WEB]
    assert cluster.statuses[-1]["observedGeneration"] == 2


async def test_a_removed_service_is_pruned_and_its_claim_kept() -> None:
    cluster, reconciler = await converged()
    only_web = "services: {web: {image: nginx, ports: ['8080:80']}}"
    cluster.body = {**stack(only_web, 2), "status": cluster.body and cluster.body["status"]}

    await reconciler.reconcile(KEY)

    assert DB in cluster.deleted
    assert Ref("Service", "db") in cluster.deleted
    assert Ref("PersistentVolumeClaim", "shop-data") in cluster.children


async def test_what_only_old_pods_mounted_goes_even_if_the_rollout_ends_within_the_pass() -> None:
    with_secret = WEB_AND_DB.replace("image: postgres:17", "image: postgres:17\n    secrets: [key]")
    env = [{"name": "KEY", "value": "k"}]
    cluster, reconciler, _ = setup(stack(with_secret + "secrets: {key: {environment: KEY}}", env=env))
    for _ in range(3):
        await reconciler.reconcile(KEY)
        cluster.become_ready()
    (secret,) = (ref for ref in cluster.children if ref.kind == "Secret")
    cluster.body = {
        **stack("services: {web: {image: 'nginx:2'}}", 2),
        "status": cluster.body and cluster.body["status"],
    }
    cluster.meanwhile = cluster.become_ready  # type: ignore[method-assign]

    assert await reconciler.reconcile(KEY) == Result(settled=True)

    assert secret in cluster.deleted
    assert str(secret) not in {entry["id"] for entry in cluster.statuses[-1]["inventory"]}


@pytest.mark.parametrize(
    ("compose", "reason", "words"),
    [
        (
            "services:\n  web:\n    image: nginx\n    prots: ['80:80']\n",
            "InvalidCompose",
            ["services.web.prots", ":4:"],
        ),
        ("services: {web: {build: .}}", "Refused", ["services.web", "spec.images.web"]),
    ],
)
async def test_bad_input_changes_nothing_that_runs(compose: str, reason: str, words: list[str]) -> None:
    cluster, reconciler = await converged()
    cluster.body = {**stack(compose, 2), "status": cluster.body and cluster.body["status"]}

    assert await reconciler.reconcile(KEY) == Result(settled=True)

    assert (cluster.applied, cluster.deleted) == ([], [])
    assert (cluster.ready["status"], cluster.ready["reason"]) == ("False", reason)
    assert all(word in cluster.ready["message"] for word in words)
    assert len(cluster.statuses[-1]["services"]) == 2
    assert [event.type for event in cluster.events] == ["Warning"]


async def test_a_name_conflict_takes_back_what_the_pass_created() -> None:
    cluster, reconciler, _ = setup(stack())
    cluster.errors[Ref("Service", "web")] = NameConflict(Ref("Service", "web"), "another stack")

    result = await reconciler.reconcile(KEY)

    assert cluster.children == {}
    assert result == Result(again=SLOW)
    assert (cluster.ready["reason"], "another stack" in cluster.ready["message"]) == ("NameConflict", True)


async def test_a_conflict_that_lasts_creates_nothing_again() -> None:
    cluster, reconciler, _ = setup(stack())
    disputed = Ref("Service", "web")
    cluster.errors[disputed] = NameConflict(disputed, "another stack")
    await reconciler.reconcile(KEY)
    cluster.applied.clear()
    cluster.deleted.clear()

    await reconciler.reconcile(KEY)
    assert (cluster.applied, cluster.deleted) == ([], [])
    assert len(cluster.statuses) == 1

    del cluster.errors[disputed]
    await reconciler.reconcile(KEY)
    assert cluster.applied[0] == disputed
    assert DB in cluster.applied


async def test_a_rejected_object_is_reported_and_stops_the_waves_after_it() -> None:
    cluster, reconciler, _ = setup(stack())
    claim = Ref("PersistentVolumeClaim", "shop-data")
    cluster.errors[claim] = Rejected(claim, 422, "spec is immutable", immutable=True)

    assert await reconciler.reconcile(KEY) == Result(again=SLOW)

    assert not any(KINDS[ref.kind].workload for ref in cluster.applied)
    assert cluster.ready["reason"] == "ImmutableField"


async def test_an_error_that_may_pass_is_left_to_the_queue() -> None:
    cluster, reconciler, _ = setup(stack())
    cluster.errors[Ref("Service", "web")] = ConnectionError("refused")

    with pytest.raises(ConnectionError):
        await reconciler.reconcile(KEY)

    assert cluster.statuses == []


async def test_progress_is_told_but_not_every_moment() -> None:
    cluster, reconciler, clock = setup(stack())
    await reconciler.reconcile(KEY)
    cluster.become_ready()

    clock.seconds = 1.0
    assert await reconciler.reconcile(KEY) == Result(again=CALM - 1)
    assert len(cluster.statuses) == 1

    clock.seconds = CALM
    await reconciler.reconcile(KEY)
    assert len(cluster.statuses) == 2
    assert cluster.statuses[-1]["servicesReady"] == "1/2"


async def test_a_suspended_stack_is_left_alone() -> None:
    cluster, reconciler, _ = setup(stack(suspend=True))

    assert await reconciler.reconcile(KEY) == Result(settled=True)

    assert cluster.applied == []
    assert cluster.ready["reason"] == "Suspended"


async def test_leftovers_of_an_earlier_stack_are_waited_for() -> None:
    cluster, reconciler, _ = setup(stack())
    left = child(manifest("Service", "web"), owner="uid of the stack before")
    cluster.children[left.ref] = left

    await reconciler.reconcile(KEY)
    assert cluster.applied == []
    assert "Service/web" in cluster.ready["message"]

    del cluster.children[left.ref]
    await reconciler.reconcile(KEY)
    assert Ref("Service", "web") in cluster.applied


@pytest.mark.parametrize("body", [None, {"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}}])
async def test_a_stack_that_is_gone_is_forgotten(body: dict[str, Any] | None) -> None:
    cluster, reconciler, _ = setup(body)

    assert await reconciler.reconcile(KEY) == Result(settled=True)

    assert (cluster.applied, cluster.statuses) == ([], [])


LOGIN, RELEASE = Ref("Secret", "login"), Ref("ConfigMap", "release")
WITH_SOURCES: dict[str, Any] = {
    "compose": "services: {web: {image: 'nginx:${TAG}', environment: {PASSWORD: '${PASSWORD}'}}}",
    "env": [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "login", "key": "password"}}}],
    "envFrom": [{"configMapRef": {"name": "release"}}],
}


def login(password: str) -> dict[str, Any]:
    return {"kind": "Secret", "data": {"password": b64encode(password.encode()).decode()}}


def release(tag: str) -> dict[str, Any]:
    return {"kind": "ConfigMap", "data": {"TAG": tag}}


async def converged_with_sources() -> tuple[RecordingCluster, Reconciler]:
    cluster, reconciler, _ = setup(stack(**WITH_SOURCES))
    cluster.sources = {LOGIN: login("hunter2"), RELEASE: release("1.27")}
    assert not (await reconciler.reconcile(KEY)).settled
    cluster.become_ready()
    assert await reconciler.reconcile(KEY) == Result(settled=True)
    assert cluster.ready["status"] == "True"
    return cluster, reconciler


def image(cluster: RecordingCluster) -> str:
    return str(cluster.manifests[WEB]["spec"]["template"]["spec"]["containers"][0]["image"])


async def test_sources_are_read_once_for_all_passes_of_a_rollout() -> None:
    cluster, _ = await converged_with_sources()

    assert image(cluster) == "nginx:1.27"
    assert cluster.read == [RELEASE, LOGIN]
    assert "hunter2" not in str([cluster.statuses, cluster.events])


async def test_a_changed_source_is_applied_where_it_matters() -> None:
    cluster, reconciler = await converged_with_sources()
    before = cluster.statuses[-1]["lastAppliedRevision"]
    cluster.applied.clear()

    cluster.change_source(RELEASE, release("1.28"))
    await reconciler.reconcile(KEY)

    assert (cluster.applied, image(cluster)) == ([WEB], "nginx:1.28")
    assert cluster.statuses[-1]["lastAppliedRevision"] != before


async def test_sources_that_nobody_has_read_since_a_restart_are_read_and_that_is_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cluster, _ = await converged_with_sources()
    monkeypatch.setattr("composestack.reconcile.preparation.render", lambda *_: pytest.fail("nothing has changed"))
    cluster.digests.clear()
    cluster.applied.clear()
    cluster.statuses.clear()

    assert await Reconciler(cluster, Policy()).reconcile(KEY) == Result(settled=True)

    assert (cluster.applied, cluster.statuses) == ([], [])


@pytest.mark.parametrize("gone", [None, {"kind": "ConfigMap", "data": {}}])
async def test_a_missing_source_keeps_the_last_good_running_until_it_appears(gone: dict[str, Any] | None) -> None:
    spec = dict(
        WITH_SOURCES, env=[{"name": "TAG", "valueFrom": {"configMapKeyRef": {"name": "release", "key": "TAG"}}}]
    )
    cluster, reconciler, _ = setup(stack(**{**spec, "envFrom": []}))
    cluster.sources[RELEASE] = release("1.27")
    await reconciler.reconcile(KEY)
    cluster.become_ready()
    await reconciler.reconcile(KEY)
    cluster.applied.clear()

    cluster.change_source(RELEASE, gone)
    assert not (await reconciler.reconcile(KEY)).settled
    assert (cluster.applied, cluster.deleted) == ([], [])
    assert (cluster.ready["status"], cluster.ready["reason"]) == ("False", "SourceNotFound")
    assert "ConfigMap/release" in cluster.ready["message"]
    assert [service["name"] for service in cluster.statuses[-1]["services"]] == ["web"]

    cluster.change_source(RELEASE, release("1.28"))
    await reconciler.reconcile(KEY)
    assert (cluster.applied, image(cluster)) == ([WEB], "nginx:1.28")


async def test_a_source_that_we_may_not_read_is_tried_again_later() -> None:
    cluster, reconciler, _ = setup(stack(**WITH_SOURCES))
    cluster.errors[LOGIN] = Rejected(LOGIN, 403, "secrets is forbidden")

    assert await reconciler.reconcile(KEY) == Result(again=SLOW)

    assert (cluster.ready["reason"], cluster.ready["message"]) == (
        "SourceNotFound",
        "Secret/login: secrets is forbidden",
    )


async def test_keys_that_are_left_out_are_notices_of_the_stack() -> None:
    cluster, reconciler, _ = setup(stack(**WITH_SOURCES))
    cluster.sources = {LOGIN: login("hunter2"), RELEASE: {"kind": "ConfigMap", "data": {"TAG": "1", "1st": "x"}}}

    await reconciler.reconcile(KEY)

    notices = [notice for notice in cluster.statuses[-1]["notices"] if notice["code"] == "SkippedKey"]
    assert [notice["path"] for notice in notices] == ["spec.envFrom[0]"]


async def test_pods_with_the_address_of_a_service_wait_for_it_and_follow_it() -> None:
    cluster, reconciler, _ = setup(stack("services: {0auth: {image: acme/auth, expose: [80]}}"))
    service, auth = Ref("Service", "x-0auth"), Ref("Deployment", "shop-x-0auth")

    await reconciler.reconcile(KEY)
    assert service in cluster.applied
    assert auth not in cluster.applied

    for address in ("10.0.0.7", "10.0.0.8"):
        cluster.children[service] = replace(cluster.children[service], address=address)
        cluster.applied.clear()
        await reconciler.reconcile(KEY)
        assert cluster.applied == [auth]
        pod = cluster.manifests[auth]["spec"]["template"]["spec"]
        assert pod["hostAliases"] == [{"hostnames": ["0auth"], "ip": address}]
