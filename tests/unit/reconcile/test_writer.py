from __future__ import annotations

import asyncio

import pytest

from composestack.api.v1alpha1 import ComposeStack
from composestack.reconcile.port import Child, Rival
from composestack.reconcile.turn import Memory, Turn
from composestack.reconcile.writer import AT_ONCE, Writer
from composestack.translate.plan import Manifest
from tests.unit.reconcile.recording import RecordingCluster
from tests.unit.reconcile.rows import child, manifest
from tests.unit.reconcile.shop import KEY, setup, stack


async def test_a_large_stack_has_few_writes_under_way_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    apply, under_way, most = RecordingCluster.apply, 0, 0

    async def slow(self: RecordingCluster, manifest: Manifest, known: Child | None, user: str = "") -> Child:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return await apply(self, manifest, known, user)

    monkeypatch.setattr(RecordingCluster, "apply", slow)
    services = {f"web-{number}": {"image": "nginx", "expose": [80]} for number in range(3 * AT_ONCE)}
    cluster, reconciler, _ = setup({**stack(), "spec": {"compose": {"services": services}}})

    await reconciler.reconcile(KEY)

    assert most == AT_ONCE
    assert len(cluster.applied) > 6 * AT_ONCE


async def test_the_rivals_of_objects_are_asked_for_at_once_and_few_at_a_time() -> None:
    class Slow(RecordingCluster):
        asked, most = 0, 0

        async def rivals(self, manifest: Manifest, namespace: str, user: str = "") -> tuple[Rival, ...]:
            self.asked += 1
            self.most = max(self.most, self.asked)
            await asyncio.sleep(0)
            self.asked -= 1
            return (Rival(f"{user} asks in {namespace} for {manifest['metadata']['name']}", ()),)

    cluster, body = Slow(None), stack()
    turn = Turn(KEY, body, ComposeStack(metadata=body["metadata"]), Memory(), "deployer")
    manifests = [manifest("Deployment", f"shop-{number}") for number in range(AT_ONCE + 2)]

    found = await Writer(cluster, turn).rivals([(each, child(each)) for each in manifests])

    assert found == {
        child(each).ref: (Rival(f"deployer asks in default for {each['metadata']['name']}", ()),) for each in manifests
    }
    assert cluster.most == AT_ONCE
