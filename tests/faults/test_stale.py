"""Stale states: after a restart, lists show the past for a while (Sieve, OSDI '22)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import pytest

from composestack.api.v1alpha1 import PLURAL
from tests.faults.proxy import GONE, Call, Fault
from tests.faults.trial import Spec, Trial

OLD: Spec = {"compose": "services: {web: {image: 'nginx:1.27', ports: ['80']}, cache: {image: redis}}"}
NEW: Spec = {"compose": "services: {web: {image: 'nginx:1.28', ports: ['80']}, queue: {image: rabbitmq}}"}
SECONDS = 3.0


class Recorder(Fault):
    """Keeps what the lists show."""

    def __init__(self) -> None:
        self.lists: dict[str, bytes] = {}

    def listed(self, call: Call, body: bytes) -> bytes:
        self.lists[call.path] = body
        return body


class Past(Fault):
    """Shows these lists, and no events after them, until `end`. Then the watches are gone (410), and lists tell all."""

    def __init__(self, lists: dict[str, bytes]) -> None:
        self.shown = 0
        self._lists = lists
        self._gone: set[str] = set()
        self._over = asyncio.Event()

    def end(self) -> None:
        self._over.set()

    def listed(self, call: Call, body: bytes) -> bytes:
        if self._over.is_set() or call.path not in self._lists:
            return body
        self.shown += 1
        self._gone.add(call.path)
        return self._lists[call.path]

    async def events(self, call: Call, lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        if call.path in self._gone:
            await self._over.wait()
            self._gone.discard(call.path)
            yield GONE
            return
        async for line in lines:
            yield line


@pytest.mark.parametrize("what", ["stacks", "children", "both"])
def test_nothing_newer_is_undone_and_nothing_deleted_on_old_evidence(
    what: str, trial: Trial, report: Callable[[str], None]
) -> None:
    trial.start()
    trial.apply(OLD)
    trial.settle()
    trial.kill()
    recorder = trial.proxy.fault = Recorder()
    trial.start()
    trial.wait(lambda: len(recorder.lists) > 10, "to list")
    trial.apply(NEW)
    wanted = trial.settle()
    trial.kill()

    lists = {
        path: body for path, body in recorder.lists.items() if what == "both" or (PLURAL in path) == (what == "stacks")
    }
    fault = trial.proxy.fault = Past(lists)
    mark = len(trial.proxy.writes())
    trial.start()
    time.sleep(SECONDS)

    assert trial.picture() == wanted
    assert all(
        "/cache" in call.path or "-cache" in call.path
        for call in trial.proxy.writes()[mark:]
        if call.method == "DELETE"
    )
    trial.proxy.call_soon(fault.end)
    trial.expect(wanted)
    report(f"stale states: {what}: {fault.shown} lists of the past")
    assert fault.shown == len(lists)
