"""Probes for the kubelet: /healthz says whether a restart would help, /readyz whether the operator can take its part.

A few lines of HTTP on asyncio's own server: a probe must work when everything else does not.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence

REQUEST_SECONDS = 5.0
TICK = 1.0

Check = Callable[[], str | None]
"""Returns what is wrong, or None."""

Page = Callable[[], tuple[str, bytes]]
"""Returns a content type and a body."""

TEXT = "text/plain; charset=utf-8"


class NoPort(Exception):
    """The port of the probes cannot be had. Says why."""


class Heartbeat:
    """Measures how late the event loop runs its timers: lag means that something holds it up."""

    def __init__(self) -> None:
        self.lag = 0.0

    async def run(self) -> None:
        """Measure for ever."""
        while True:
            started = time.monotonic()
            await asyncio.sleep(TICK)
            self.lag = time.monotonic() - started - TICK


class Probes:
    """Serves checks by path: 200 if all of them are content, else 503 and what is wrong. And pages, such as metrics."""

    def __init__(self, checks: Mapping[str, Sequence[Check]], pages: Mapping[str, Page] | None = None) -> None:
        self._checks = checks
        self._pages = pages or {}

    async def serve(self, address: str) -> asyncio.Server:
        """Listen on HOST:PORT. Raises NoPort if that cannot be had."""
        host, _, port = address.rpartition(":")
        try:
            return await asyncio.start_server(self._answer, host.strip("[]") or None, int(port))
        except OSError as error:
            message = f"probes cannot listen on {address}: {error.strerror}; --probe-address names another"
            raise NoPort(message) from error

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                request = await reader.readuntil(b"\r\n\r\n")
                status, form, body = self._respond(request.split(b" ", 2)[1].decode())
                head = f"HTTP/1.1 {status}\r\nContent-Type: {form}\r\nContent-Length: {len(body)}"
                writer.write(f"{head}\r\nConnection: close\r\n\r\n".encode() + body)
                await writer.drain()
        except (OSError, TimeoutError, EOFError, ValueError, IndexError, asyncio.LimitOverrunError):
            pass  # whoever it was, it did not speak HTTP
        finally:
            writer.close()

    def _respond(self, target: str) -> tuple[str, str, bytes]:
        """Return the status, the content type and the body."""
        path = target.partition("?")[0]
        if page := self._pages.get(path):
            return "200 OK", *page()
        checks = self._checks.get(path)
        if checks is None:
            return "404 Not Found", TEXT, b"not found\n"
        problems = [problem for check in checks if (problem := check())]
        if problems:
            return "503 Service Unavailable", TEXT, "".join(f"{problem}\n" for problem in problems).encode()
        return "200 OK", TEXT, b"ok\n"
