from __future__ import annotations

import asyncio
import threading
from base64 import b64encode
from typing import Any

import pytest

from composestack.kinds import Ref
from composestack.reconcile.port import Rejected
from composestack.reconcile.reconciler import SOON, Reconciler, Result
from composestack.reconcile.render import render
from composestack.translate.plan import Plan
from composestack.translate.policies import Policies
from tests.unit.reconcile.recording import RecordingCluster
from tests.unit.reconcile.shop import KEY, WEB, setup, stack

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

    assert await Reconciler(cluster, Policies()).reconcile(KEY) == Result(settled=True)

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

    assert await reconciler.reconcile(KEY) == Result(again=SOON, blocked=True)

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


async def test_nobody_waits_for_what_takes_long_to_render(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, end = threading.Event(), threading.Event()

    def slow(*arguments: Any) -> Plan:
        begun.set()
        assert end.wait(10)
        return render(*arguments)

    monkeypatch.setattr("composestack.reconcile.preparation.render", slow)
    cluster, reconciler, _ = setup(stack())
    turn = asyncio.create_task(reconciler.reconcile(KEY))
    assert await asyncio.to_thread(begun.wait, 10)
    assert not turn.done()
    end.set()

    await turn
    assert cluster.applied


async def test_a_stack_without_an_application_is_told_where_it_belongs() -> None:
    """The definition has it refused already, but it may be an older one."""
    cluster, reconciler, _ = setup(stack(compose=None))  # type: ignore[arg-type]

    await reconciler.reconcile(KEY)

    assert (cluster.ready["status"], cluster.ready["reason"]) == ("False", "InvalidCompose")
    assert "spec.compose" in cluster.ready["message"]
