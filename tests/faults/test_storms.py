"""An API server that is overloaded, broken for a while, or no longer there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from aiohttp import web

from tests.cluster.cluster import Cluster
from tests.faults.conftest import Begin
from tests.faults.proxy import Call, Cut, Fault, answer
from tests.faults.trial import Picture, Spec, Trial, course

BEFORE: Spec = {"compose": "services: {web: {image: 'nginx:1.27', ports: ['80']}, cache: {image: redis}}"}
AFTER: Spec = {"compose": "services: {web: {image: 'nginx:1.28', ports: ['80']}}"}


class EveryOther(Fault):
    """Answers every other request with an error instead of passing it on. Watches break too."""

    def __init__(self, *errors: Callable[[], web.Response]) -> None:
        self.hits = 0
        self._errors = errors
        self._count = 0

    async def before(self, call: Call) -> web.Response | None:
        self._count += 1
        if self._count % 2:
            return None
        self.hits += 1
        return self._errors[self.hits % len(self._errors)]()


class Lossy(Fault):
    """Passes writes on and loses the first answer to each: the operator cannot know whether they have arrived."""

    def __init__(self) -> None:
        self.hits = 0
        self._lost: set[str] = set()

    async def after(self, call: Call, status: int) -> None:
        if call.writes and call.path not in self._lost:
            self.hits += 1
            self._lost.add(call.path)
            raise Cut


class Expired(Fault):
    """Answers the first request for each path as to an expired token."""

    def __init__(self) -> None:
        self.hits = 0
        self._refused: set[str] = set()

    async def before(self, call: Call) -> web.Response | None:
        if not call.writes or call.path in self._refused:
            return None
        self.hits += 1
        self._refused.add(call.path)
        return answer(401, "Unauthorized")


FAULTS: dict[str, Callable[[], EveryOther | Lossy | Expired]] = {
    "429 with Retry-After": lambda: EveryOther(lambda: answer(429, "TooManyRequests", Retry_After="1")),
    "500 and 503": lambda: EveryOther(lambda: answer(500, "InternalError"), lambda: answer(503, "ServiceUnavailable")),
    "lost answers": Lossy,
    "expired token": Expired,
}


@pytest.fixture(scope="module")
def undisturbed(begin: Begin) -> tuple[Picture, ...]:
    return course(begin, BEFORE, AFTER)


@pytest.mark.parametrize("name", FAULTS)
def test_a_stack_gets_through_a_storm(
    name: str, trial: Trial, undisturbed: tuple[Picture, ...], report: Callable[[str], None]
) -> None:
    trial.start()
    trial.wait(lambda: bool(trial.proxy.calls), "to begin")
    fault = trial.proxy.fault = FAULTS[name]()
    for spec, wanted in zip((BEFORE, AFTER), undisturbed, strict=True):
        trial.apply(spec)
        trial.expect(wanted)
    report(f"storms: {name}: {fault.hits} requests disturbed")
    assert fault.hits
    assert trial.running()


def test_the_api_server_dies_in_the_middle_of_a_change_and_of_a_storm(
    trial: Trial, undisturbed: tuple[Picture, ...], embedded: Cluster
) -> None:
    trial.start()
    trial.apply(BEFORE)
    trial.settle()

    fault = trial.proxy.fault = FAULTS["500 and 503"]()
    trial.apply(AFTER)
    embedded.restart("kube-apiserver", kill=True)

    trial.expect(undisturbed[1])
    assert fault.hits
    assert trial.running()
