from __future__ import annotations

import asyncio

import pytest

from composestack.reconcile.port import Child
from composestack.reconcile.writer import AT_ONCE
from composestack.translate.plan import Manifest
from tests.unit.reconcile.recording import RecordingCluster
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
