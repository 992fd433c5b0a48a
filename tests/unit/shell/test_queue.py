from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

import pytest

from composestack.shell import queue as module
from composestack.shell.queue import WorkQueue

Work = Callable[[str], Awaitable[float | None]]


class Workers:
    """Runs workers and keeps what they did."""

    def __init__(self, queue: WorkQueue[str], count: int = 2) -> None:
        self.done: list[str] = []
        self.active: set[str] = set()
        self.hold = asyncio.Event()
        self.hold.set()
        self.answers: dict[str, list[float | Exception | None]] = {}
        self.tasks = [asyncio.create_task(queue.work(self.work)) for _ in range(count)]

    async def work(self, key: str) -> float | None:
        assert key not in self.active, "two workers on one key"
        self.active.add(key)
        await asyncio.sleep(0)
        await self.hold.wait()
        self.active.discard(key)
        self.done.append(key)
        answer = self.answers[key].pop(0) if self.answers.get(key) else None
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_DELAY", 0.01)


@pytest.fixture
def queue() -> WorkQueue[str]:
    return WorkQueue(expected=(ConnectionError,))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - a test looks at what has no event
            await asyncio.sleep(0.001)


async def quiet(workers: Workers, queue: WorkQueue[str]) -> list[str]:
    await until(lambda: not queue and not workers.active)
    await queue.stop(1)
    await asyncio.gather(*workers.tasks)
    return workers.done


async def test_a_key_added_often_is_worked_on_once(queue: WorkQueue[str]) -> None:
    for _ in range(5):
        queue.add("a")

    assert await quiet(Workers(queue), queue) == ["a"]


async def test_a_key_added_while_worked_on_is_worked_on_once_more(queue: WorkQueue[str]) -> None:
    workers = Workers(queue)
    workers.hold.clear()
    queue.add("a")
    await until(lambda: workers.active == {"a"})
    queue.add("a")
    queue.add("a")
    workers.hold.set()

    assert await quiet(workers, queue) == ["a", "a"]


async def test_different_keys_are_worked_on_at_once(queue: WorkQueue[str]) -> None:
    workers = Workers(queue, count=2)
    workers.hold.clear()
    for key in "abc":
        queue.add(key)
    await until(lambda: workers.active == {"a", "b"})
    workers.hold.set()

    assert sorted(await quiet(workers, queue)) == ["a", "b", "c"]


async def test_what_people_wait_for_goes_first(queue: WorkQueue[str]) -> None:
    for key in "abc":
        queue.add(key, background=True)
    queue.add("d")
    queue.add("c")

    assert await quiet(Workers(queue, count=1), queue) == ["d", "c", "a", "b"]


async def test_a_key_comes_back_when_its_work_says_so(queue: WorkQueue[str]) -> None:
    workers = Workers(queue)
    workers.answers["a"] = [0.01]
    queue.add("a")

    await until(lambda: workers.done == ["a", "a"])


async def test_the_earlier_of_two_times_counts(queue: WorkQueue[str]) -> None:
    workers = Workers(queue)
    queue.add_after("a", 100)
    queue.add_after("a", 0.01)
    queue.add_after("a", 200)

    await until(lambda: workers.done == ["a"])


async def test_failures_are_tried_again_later_and_later(
    queue: WorkQueue[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    delays: list[float] = []

    def at_once(key: str, seconds: float) -> None:
        delays.append(seconds)
        queue.add(key)

    monkeypatch.setattr(queue, "add_after", at_once)
    workers = Workers(queue)
    workers.answers["a"] = [ConnectionError("x")] * 12 + [None, ConnectionError("x")]
    monkeypatch.setattr(module, "LONGEST_DELAY", 1.0)
    queue.add("a")
    await until(lambda: len(workers.done) == 13)

    expected = [min(0.01 * 2**n, 1.0) for n in range(12)]
    assert delays == [pytest.approx(delay, rel=0.21) for delay in expected]
    queue.add("a")
    await until(lambda: len(delays) == 13)
    assert delays[-1] < 0.013, "success did not reset the count"
    assert all(record.exc_info is None for record in caplog.records)


async def test_an_unexpected_error_is_logged_with_its_trace(
    queue: WorkQueue[str], caplog: pytest.LogCaptureFixture
) -> None:
    workers = Workers(queue)
    workers.answers["a"] = [KeyError("bug")]
    queue.add("a")
    with caplog.at_level(logging.WARNING):
        await until(lambda: len(workers.done) == 2)

    assert [record.exc_info is not None for record in caplog.records] == [True]


async def test_a_forgotten_key_does_not_come_back(queue: WorkQueue[str]) -> None:
    workers = Workers(queue)
    queue.add_after("a", 0.01)
    queue.forget("a")
    await asyncio.sleep(0.05)

    assert workers.done == []


async def test_stopping_waits_for_the_work_under_way_and_starts_no_other(queue: WorkQueue[str]) -> None:
    workers = Workers(queue, count=1)
    workers.hold.clear()
    queue.add("a")
    queue.add("b")
    await until(lambda: workers.active == {"a"})
    stopping = asyncio.create_task(queue.stop(5))
    await asyncio.sleep(0)
    assert not stopping.done()
    workers.hold.set()
    await asyncio.gather(stopping, *workers.tasks)

    assert workers.done == ["a"]


async def test_stopping_does_not_wait_for_ever(queue: WorkQueue[str]) -> None:
    workers = Workers(queue, count=1)
    workers.hold.clear()
    queue.add("a")
    await until(lambda: workers.active == {"a"})
    await asyncio.wait_for(queue.stop(0.01), 1)

    assert workers.active == {"a"}
    workers.hold.set()
    await asyncio.gather(*workers.tasks)


async def test_a_stall_is_work_that_does_not_end_or_keys_that_nobody_takes(
    queue: WorkQueue[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert queue.stall == 0
    queue.add("a")
    started = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: started + 50)
    assert queue.stall == pytest.approx(50, abs=1)


async def test_it_says_how_long_the_oldest_key_has_waited(queue: WorkQueue[str]) -> None:
    assert queue.age == 0
    queue.add("a")
    await asyncio.sleep(0.05)
    queue.add("b")

    assert 0.05 <= queue.age < 1
    await quiet(Workers(queue), queue)
    assert queue.age == 0
