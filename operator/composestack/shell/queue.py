"""A queue of keys: each key is in it at most once, and is worked on by one worker at a time."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from typing import Generic, TypeVar

FIRST_DELAY, LONGEST_DELAY = 0.2, 300.0
"""Seconds before a failed key is tried again: doubled each time, with jitter."""

Key = TypeVar("Key", bound=Hashable)
Work = Callable[[Key], Awaitable[float | None]]
"""Works on a key and returns the seconds after which it wants the key again, if at all."""

log = logging.getLogger(__name__)
jitter = random.SystemRandom()


class WorkQueue(Generic[Key]):
    """The work queue of a Kubernetes controller (client-go, util/workqueue).

    A key added while it is worked on is worked on once more afterwards. What people wait for goes before what is in the
    background.
    """

    def __init__(self, expected: tuple[type[Exception], ...] = ()) -> None:
        """`expected` are errors that need no stack trace in the log."""
        self._expected = expected
        self._urgent: deque[Key] = deque()
        self._background: dict[Key, None] = {}
        self._dirty: dict[Key, float] = {}
        self._processing: dict[Key, float] = {}
        self._timers: dict[Key, asyncio.TimerHandle] = {}
        self._failures: dict[Key, int] = {}
        self._wakeup = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopping = False

    def __len__(self) -> int:
        return len(self._dirty)

    @property
    def stall(self) -> float:
        """Seconds that the oldest work under way has lasted; if there is none, that the oldest key has waited."""
        now = time.monotonic()
        return now - min((self._processing or self._dirty).values(), default=now)

    @property
    def age(self) -> float:
        """Seconds that the oldest key has waited."""
        now = time.monotonic()
        return now - min(self._dirty.values(), default=now)

    def add(self, key: Key, *, background: bool = False) -> None:
        """Have a key worked on soon."""
        if self._stopping or (key in self._dirty and (background or key not in self._background)):
            return
        self._dirty.setdefault(key, time.monotonic())
        if key not in self._processing:
            self._enqueue(key, background=background)

    def add_after(self, key: Key, seconds: float) -> None:
        """Have a key worked on after that time; if it is due earlier already, then earlier."""
        due = asyncio.get_running_loop().time() + seconds
        timer = self._timers.get(key)
        if timer and timer.when() <= due:
            return
        if timer:
            timer.cancel()
        self._timers[key] = asyncio.get_running_loop().call_later(seconds, self._due, key)

    def forget(self, key: Key) -> None:
        """Drop all that is scheduled for a key, but not the work that is under way."""
        self._failures.pop(key, None)
        if timer := self._timers.pop(key, None):
            timer.cancel()

    async def work(self, work: Work[Key]) -> None:
        """Be one of the workers, until the queue is stopped."""
        while (key := await self._next()) is not None:
            try:
                again = await work(key)
            except Exception as error:  # noqa: BLE001 - whatever it is, this key is tried again and the others go on
                self._retry(key, error)
            else:
                self._failures.pop(key, None)
                if again is not None:
                    self.add_after(key, again)
            finally:
                self._done(key)

    async def stop(self, seconds: float) -> None:
        """Take no more keys, and give the work under way that much time to end."""
        self._stopping = True
        for timer in self._timers.values():
            timer.cancel()
        self._wakeup.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), seconds)

    def _enqueue(self, key: Key, *, background: bool = False) -> None:
        if background:
            self._background[key] = None
        else:
            self._urgent.append(key)
        self._wakeup.set()

    async def _next(self) -> Key | None:
        while not self._stopping:
            if self._urgent or self._background:
                return self._take()
            self._wakeup.clear()
            await self._wakeup.wait()
        return None

    def _take(self) -> Key:
        key = self._urgent.popleft() if self._urgent else next(iter(self._background))
        self._background.pop(key, None)
        del self._dirty[key]
        self._processing[key] = time.monotonic()
        self._idle.clear()
        if timer := self._timers.pop(key, None):
            timer.cancel()
        return key

    def _done(self, key: Key) -> None:
        del self._processing[key]
        if not self._processing:
            self._idle.set()
        if key in self._dirty:
            self._enqueue(key)

    def _due(self, key: Key) -> None:
        self._timers.pop(key, None)
        self.add(key)

    def _retry(self, key: Key, error: Exception) -> None:
        failures = self._failures[key] = self._failures.get(key, 0) + 1
        delay = min(FIRST_DELAY * 2.0 ** min(failures - 1, 16), LONGEST_DELAY) * jitter.uniform(0.8, 1.2)
        log.warning(
            "will try again",
            exc_info=None if isinstance(error, self._expected) else error,
            extra={"key": str(key), "error": str(error), "failures": failures, "seconds": round(delay, 1)},
        )
        self.add_after(key, delay)
