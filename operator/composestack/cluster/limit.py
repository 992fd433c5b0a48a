"""How many requests may be under way at once, learnt from the API server's answers."""

from __future__ import annotations

import time
from asyncio import Future, get_running_loop
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

SLOW = 1.0
"""Seconds. While answers take longer, the server is busy enough: the limit does not grow."""


class Congested(Exception):
    """The API server asked to slow down (429), or could not answer for load (503, 504, timeouts)."""


class AdaptiveLimit:
    """A semaphore whose size follows the load of the server: additive increase, multiplicative decrease.

    It begins as TCP does (RFC 5681, slow start): until the server has once been slow or congested, each answer lets one
    more request be under way. Kubernetes sheds load with 429 (API Priority and Fairness), so no fixed rate is right for
    every cluster.
    """

    def __init__(self, *, start: float = 16, least: int = 4, most: int = 64) -> None:
        self._limit = float(start)
        self._least = least
        self._most = most
        self._active = 0
        self._waiting: deque[Future[None]] = deque()
        self._decreased = 0.0
        self._starting = True

    @property
    def limit(self) -> int:
        """How many requests may be under way now."""
        return int(self._limit)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold one of the slots, first come first served. A `Congested` that passes through halves the limit."""
        await self._enter()
        started = time.monotonic()
        try:
            yield
        except Congested:
            self._decrease(started)
            raise
        else:
            self._increase(time.monotonic() - started)
        finally:
            self._active -= 1
            self._wake()

    async def _enter(self) -> None:
        if self._active < self.limit and not self._waiting:
            self._active += 1
            return
        turn = get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except BaseException:
            if turn.done() and not turn.cancelled():  # woken and cancelled at once: pass the slot on
                self._active -= 1
                self._wake()
            raise

    def _wake(self) -> None:
        while self._waiting and self._active < self.limit:
            turn = self._waiting.popleft()
            if not turn.done():
                self._active += 1
                turn.set_result(None)

    def _increase(self, seconds: float) -> None:
        if seconds >= SLOW:
            self._starting = False
        else:
            step = 1.0 if self._starting else 1 / self._limit
            self._limit = min(self._limit + step, self._most)

    def _decrease(self, started: float) -> None:
        """Halve, but once for all the requests that were under way together: they tell of one congestion."""
        self._starting = False
        if started >= self._decreased:
            self._limit = max(self._limit / 2, self._least)
            self._decreased = time.monotonic()
