"""An API server that takes its time for every answer."""

from __future__ import annotations

import asyncio
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable

import pytest
from aiohttp import web

from tests.cluster.ports import Port
from tests.faults.proxy import Call, Fault
from tests.faults.trial import TIMEOUT, Spec, Trial

SPEC: Spec = {"compose": "services: {web: {image: nginx, ports: ['80']}, cache: {image: redis, expose: [6379]}}"}
PATIENCE = 10.0
"""Seconds for a probe on a busy machine."""


class Slow(Fault):
    """Lets each request wait, and counts the objects that are written at the same time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waiting = 0
        self.most = 0

    async def before(self, call: Call) -> web.Response | None:
        counts = call.writes and not call.path.endswith("/status")
        self._waiting += counts
        self.most = max(self.most, self._waiting)
        await asyncio.sleep(self._seconds)
        self._waiting -= counts
        return None


@pytest.fixture
def probe(trial: Trial) -> Callable[[], bool]:
    """Start the operator; return what the kubelet would ask of it."""
    with Port() as port:
        address = f"127.0.0.1:{port.number}"
    trial.start(probe_address=address)

    def probe() -> bool:
        try:
            for path in ("healthz", "readyz"):
                urllib.request.urlopen(f"http://{address}/{path}", timeout=PATIENCE).close()
        except (urllib.error.URLError, OSError):
            return False
        return True

    return probe


@pytest.mark.parametrize("seconds", [1.0, pytest.param(5.0, marks=pytest.mark.campaign)])
def test_everything_is_written_once_and_the_probes_answer(
    seconds: float, trial: Trial, probe: Callable[[], bool], report: Callable[[str], None]
) -> None:
    trial.wait(probe, "to be ready to begin")
    slow = trial.proxy.fault = Slow(seconds)
    began = time.monotonic()
    trial.apply(SPEC)
    while not trial.ready():
        assert probe()
        assert time.monotonic() - began < TIMEOUT
        time.sleep(0.2)
    took = time.monotonic() - began
    time.sleep(2 * seconds)

    paths = Counter(call.path for call in trial.proxy.writes())
    statuses = sum(paths.pop(path) for path in list(paths) if path.endswith("/status"))
    report(f"latency: {seconds} s an answer: ready after {took:.1f} s, {len(paths)} objects, {statuses} statuses")
    assert {*paths.values()} == {1}
    assert slow.most > 1
    assert statuses <= 3
    assert probe()
