"""Candidates for one Lease, in a world whose clock runs only while all of them wait."""

from __future__ import annotations

import asyncio
import random
import selectors
from collections.abc import Callable, Coroutine, Mapping
from copy import deepcopy
from datetime import datetime, timedelta, tzinfo
from typing import Any, cast

import pytest

from composestack.cluster import lease as lease_module
from composestack.cluster.client import ApiError, Client, Fenced, Request, Unreachable
from composestack.cluster.lease import Elector, LeadershipLost, LeaseTerms

Body = dict[str, Any]


class Timeless(asyncio.SelectorEventLoop):
    """An event loop that does not wait: its clock jumps to the next timer."""

    def __init__(self) -> None:
        self.clock = 1000.0
        selector = selectors.DefaultSelector()
        select = selector.select

        def jump(timeout: float | None = None) -> Any:
            assert timeout is not None, "everybody waits for ever"
            self.clock += max(timeout, 0)
            return select(0)

        selector.select = jump  # type: ignore[method-assign] # the only part of a loop that waits
        super().__init__(selector)

    def time(self) -> float:
        return self.clock


class LeaseApi:
    """One Lease behind the rules of the API server: a write needs the version that is there."""

    def __init__(self) -> None:
        self.lease: Body | None = None
        self.version = 0
        self.latency = 0.01
        self.down: set[str] = set()
        self.lost_answers = 0
        self.writes: list[tuple[float, str]] = []

    def elector(self, identity: str, **times: float) -> Elector:
        terms = LeaseTerms("operators", "composestack", identity, **cast("Mapping[str, Any]", times))
        return Elector(cast(Client, _Connection(self, identity)), terms)

    @property
    def spec(self) -> Body:
        assert self.lease is not None
        return cast(Body, self.lease["spec"])

    def answer(self, request: Request) -> Body:
        name = request.path.rpartition("/leases")[2]
        match request.method:
            case "GET" if self.lease is None:
                raise ApiError(404, {})
            case "POST" if self.lease is not None:
                raise ApiError(409, {})
            case "PUT" if self.lease is None:
                raise ApiError(404, {})
        assert name == ("" if request.method == "POST" else "/composestack")
        if request.method != "GET":
            self._write(deepcopy(cast(Body, request.body)))
        return deepcopy(cast(Body, self.lease))

    def _write(self, body: Body) -> None:
        if self.lease and body["metadata"]["resourceVersion"] != self.lease["metadata"]["resourceVersion"]:
            raise ApiError(409, {})
        self.version += 1
        self.lease = {**body, "metadata": {**body["metadata"], "resourceVersion": str(self.version)}}
        self.writes.append((asyncio.get_running_loop().time(), self.spec["holderIdentity"]))


class _Connection:
    def __init__(self, api: LeaseApi, identity: str) -> None:
        self._api = api
        self._identity = identity

    async def attempt(self, request: Request, seconds: float) -> Body:
        if self._identity in self._api.down or self._api.latency > seconds:
            await asyncio.sleep(seconds)
            raise Unreachable("no answer")
        await asyncio.sleep(self._api.latency / 2)
        answer = self._api.answer(request)
        if request.method != "GET" and self._api.lost_answers:
            self._api.lost_answers -= 1
            raise Unreachable("the connection broke")
        await asyncio.sleep(self._api.latency / 2)
        return answer


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease_module, "now", lambda: asyncio.get_running_loop().time())
    monkeypatch.setattr(lease_module, "jitter", random.Random(1))


@pytest.fixture
def api() -> LeaseApi:
    return LeaseApi()


def timeless(test: Callable[[LeaseApi], Coroutine[Any, Any, None]]) -> Callable[[LeaseApi], None]:
    """Run a test in the loop that does not wait."""

    def run(api: LeaseApi) -> None:
        with asyncio.Runner(loop_factory=Timeless) as runner:
            runner.run(test(api))

    run.__name__, run.__module__ = test.__name__, test.__module__
    return run


async def acquired(elector: Elector) -> tuple[asyncio.Task[None], float]:
    """Wait until it leads. Returns the task that holds the Lease, and the seconds that it took."""
    began = time()
    await elector.acquire()
    return asyncio.create_task(elector.hold()), time() - began


def time() -> float:
    return asyncio.get_running_loop().time()


def freeze(seconds: float) -> None:
    """Stop this process, and let time go on."""
    cast(Timeless, asyncio.get_running_loop()).clock += seconds


async def end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


@timeless
async def test_the_first_takes_it_at_once_and_renews_it(api: LeaseApi) -> None:
    elector = api.elector("a")
    with pytest.raises(Fenced):
        elector.fence()
    holding, seconds = await acquired(elector)
    assert seconds < 0.1
    acquired_at = api.spec["acquireTime"]
    await asyncio.sleep(60)

    assert elector.leads
    assert 10 < elector.fence() <= 15
    assert len(api.writes) == pytest.approx(31, abs=1)
    assert api.spec["leaseTransitions"] == 0
    assert api.spec["acquireTime"] == acquired_at
    assert api.spec["leaseDurationSeconds"] == 15
    assert len(api.spec["renewTime"]) == len("2026-01-01T00:00:00.000000Z")
    await end(holding)


@timeless
async def test_the_other_waits_as_long_as_it_is_renewed(api: LeaseApi) -> None:
    holding, _ = await acquired(api.elector("a"))
    other = api.elector("b")
    waiting = asyncio.create_task(other.acquire())
    await asyncio.sleep(300)

    assert not waiting.done()
    with pytest.raises(Fenced):
        other.fence()
    await end(waiting)
    await end(holding)


@timeless
async def test_a_released_lease_is_taken_within_two_seconds(api: LeaseApi) -> None:
    elector = api.elector("a")
    holding, _ = await acquired(elector)
    waiting = asyncio.create_task(acquired(api.elector("b")))
    await asyncio.sleep(7)
    await end(holding)
    assert not elector.leads
    released = time()
    await elector.release()
    assert api.spec["holderIdentity"] == ""
    next_holding, _ = await waiting

    assert time() - released < 2
    assert (api.spec["holderIdentity"], api.spec["leaseTransitions"]) == ("b", 1)
    await end(next_holding)


@timeless
async def test_a_killed_leader_is_followed_when_its_time_is_over_and_not_before(api: LeaseApi) -> None:
    elector = api.elector("a")
    holding, _ = await acquired(elector)
    waiting = asyncio.create_task(acquired(api.elector("b", duration=1)))
    await asyncio.sleep(7)
    await end(holding)
    last_renewal = api.writes[-1][0]
    next_holding, _ = await waiting

    assert 15 <= time() - last_renewal <= 17
    await end(next_holding)


@timeless
async def test_a_restarted_container_of_the_same_pod_goes_on_at_once(api: LeaseApi) -> None:
    holding, _ = await acquired(api.elector("a"))
    await end(holding)
    holding, seconds = await acquired(api.elector("a"))

    assert seconds < 0.1
    assert api.spec["leaseTransitions"] == 0
    await end(holding)


@timeless
async def test_who_cannot_renew_stops_before_another_can_begin(api: LeaseApi) -> None:
    elector, other = api.elector("a"), api.elector("b")
    holding, _ = await acquired(elector)
    waiting = asyncio.create_task(acquired(other))
    await asyncio.sleep(1)
    api.down = {"a"}
    with pytest.raises(LeadershipLost, match="not renewed for 10 s"):
        await holding

    assert not elector.leads
    assert not other.leads
    next_holding, _ = await waiting
    await end(next_holding)


@timeless
async def test_an_outage_shorter_than_the_deadline_is_waited_out(api: LeaseApi) -> None:
    elector = api.elector("a")
    holding, _ = await acquired(elector)
    await asyncio.sleep(1)
    api.down = {"a"}
    await asyncio.sleep(8)
    assert elector.leads
    api.down = set()
    await asyncio.sleep(60)

    assert elector.leads
    await end(holding)


@timeless
async def test_an_api_server_that_takes_five_seconds_is_no_outage(api: LeaseApi) -> None:
    elector = api.elector("a")
    holding, _ = await acquired(elector)
    api.latency = 5
    for _ in range(300):
        await asyncio.sleep(1)
        assert elector.leads
    await end(holding)


@timeless
async def test_who_was_frozen_for_longer_than_the_lease_writes_nothing(api: LeaseApi) -> None:
    elector = api.elector("a")
    holding, _ = await acquired(elector)
    await asyncio.sleep(5)
    writes = len(api.writes)
    freeze(20)
    with pytest.raises(Fenced):
        elector.fence()
    with pytest.raises(LeadershipLost):
        await holding

    assert len(api.writes) == writes


@timeless
async def test_a_wall_clock_that_jumps_changes_nothing(api: LeaseApi) -> None:
    """One replica believes in another day than the other, and every few seconds in another one again."""
    jumps = [timedelta(days=1), timedelta(days=-400), timedelta(0)]

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Clock:
            return cls(2026, 11, 24, tzinfo=tz) + timedelta(seconds=time()) + jumps[int(time() / 7) % 3]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lease_module, "datetime", Clock)
        elector, other = api.elector("a"), api.elector("b")
        holding, _ = await acquired(elector)
        waiting = asyncio.create_task(acquired(other))
        for _ in range(120):
            await asyncio.sleep(1)
            assert elector.leads
            assert not other.leads
        await end(holding)
        ended = time()
        next_holding, _ = await waiting

        assert 13 <= time() - ended <= 17
        assert {holder for _, holder in api.writes} == {"a", "b"}
        await end(next_holding)


@timeless
async def test_the_time_counts_from_the_request_and_not_from_its_answer(api: LeaseApi) -> None:
    api.latency = 4
    elector = api.elector("a")
    holding, _ = await acquired(elector)

    assert elector.fence() <= 15 - 4
    await end(holding)


@timeless
async def test_a_lease_that_somebody_else_holds_is_lost(api: LeaseApi) -> None:
    elector = api.elector("a")
    holding, _ = await acquired(elector)
    api._write({**cast(Body, api.lease), "spec": {**api.spec, "holderIdentity": "b"}})
    with pytest.raises(LeadershipLost, match="b leads"):
        await holding

    with pytest.raises(Fenced):
        elector.fence()
    await elector.release()
    assert api.spec["holderIdentity"] == "b"


@timeless
async def test_what_does_not_change_the_holder_does_not_matter(api: LeaseApi) -> None:
    elector = api.elector("a")
    holding, _ = await acquired(elector)
    api._write({**cast(Body, api.lease), "spec": {**api.spec, "strategy": "OldestEmulationVersion"}})
    await asyncio.sleep(5)
    assert elector.leads
    assert api.spec["strategy"] == "OldestEmulationVersion"
    api.lost_answers = 1
    await asyncio.sleep(5)
    assert elector.leads
    api.lease = None
    await asyncio.sleep(20)

    assert elector.leads
    assert api.spec["holderIdentity"] == "a"
    await end(holding)


@timeless
async def test_of_many_one_leads_at_any_time(api: LeaseApi) -> None:
    electors = [api.elector(str(number)) for number in range(5)]
    chance = random.Random(1)

    async def live(elector: Elector) -> None:
        while True:
            await elector.acquire()
            holding = asyncio.create_task(elector.hold())
            await asyncio.wait([holding], timeout=chance.uniform(1, 40))
            await end(holding)
            if chance.random() < 0.5:
                await elector.release()
            await asyncio.sleep(chance.uniform(1, 10))

    lives = [asyncio.create_task(live(elector)) for elector in electors]
    for moment in range(2000):
        await asyncio.sleep(0.5)
        assert sum(elector.leads for elector in electors) <= 1
        api.down = {str(moment // 30 % 5)} if moment % 100 < 50 else set()
    for task in lives:
        await end(task)
    assert {holder for _, holder in api.writes} == {"", "0", "1", "2", "3", "4"}


def test_the_clock_is_one_that_nobody_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    earlier = lease_module.now()
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert lease_module.now() >= earlier
