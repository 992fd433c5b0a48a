from __future__ import annotations

import asyncio

import pytest

from composestack.cluster.limit import AdaptiveLimit, Congested


async def enter(limit: AdaptiveLimit, *, leave: asyncio.Event | None = None) -> None:
    async with limit.slot():
        if leave:
            await leave.wait()


async def congest(limit: AdaptiveLimit, *, together: asyncio.Event | None = None) -> None:
    with pytest.raises(Congested):
        async with limit.slot():
            if together:
                await together.wait()
            raise Congested


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_no_more_are_under_way_than_the_limit() -> None:
    limit, leave = AdaptiveLimit(start=2, least=1), asyncio.Event()
    tasks = [asyncio.create_task(enter(limit, leave=leave)) for _ in range(3)]
    await settle()

    assert [task.done() for task in tasks] == [False] * 3
    third = asyncio.create_task(enter(limit))
    await settle()
    assert not third.done()

    leave.set()
    await asyncio.gather(*tasks, third)


async def test_congestion_halves_the_limit_down_to_the_least() -> None:
    limit = AdaptiveLimit(start=16, least=4)

    await congest(limit)
    assert limit.limit == 8
    await congest(limit)
    await congest(limit)
    assert limit.limit == 4


async def test_requests_of_one_moment_halve_it_once() -> None:
    limit, together = AdaptiveLimit(start=16), asyncio.Event()
    tasks = [asyncio.create_task(congest(limit, together=together)) for _ in range(10)]
    await settle()
    together.set()
    await asyncio.gather(*tasks)

    assert limit.limit == 8


async def test_at_first_every_answer_lets_one_more_be_under_way_up_to_the_most() -> None:
    limit = AdaptiveLimit(start=4, most=7)

    grown = []
    for _ in range(5):
        await enter(limit)
        grown.append(limit.limit)

    assert grown == [5, 6, 7, 7, 7]


async def test_a_slow_answer_ends_that_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = AdaptiveLimit(start=4)
    with monkeypatch.context() as slow:
        slow.setattr("composestack.cluster.limit.SLOW", 0.0)
        await enter(limit)

    await enter(limit)

    assert limit.limit == 4


async def test_after_congestion_it_grows_slowly_up_to_the_most() -> None:
    limit = AdaptiveLimit(start=4, least=4, most=6)
    await congest(limit)

    for _ in range(5):
        await enter(limit)
    assert limit.limit == 5
    for _ in range(100):
        await enter(limit)
    assert limit.limit == 6


async def test_slow_answers_do_not_let_it_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("composestack.cluster.limit.SLOW", 0.0)
    limit = AdaptiveLimit(start=4)

    for _ in range(20):
        await enter(limit)

    assert limit.limit == 4


async def test_who_is_cancelled_while_waiting_leaves_its_slot_to_others() -> None:
    limit, leave = AdaptiveLimit(start=1, least=1, most=1), asyncio.Event()
    first = asyncio.create_task(enter(limit, leave=leave))
    second = asyncio.create_task(enter(limit))
    third = asyncio.create_task(enter(limit))
    await settle()
    leave.set()
    async with asyncio.timeout(1):
        while len(limit._waiting) > 1:  # noqa: ASYNC110 - until the slot has been given to the second
            await asyncio.sleep(0)
    second.cancel()

    await asyncio.wait_for(asyncio.gather(first, third), 1)
    assert second.cancelled()
