"""Probes for the kubelet: /healthz says whether a restart would help, /readyz whether the operator is at work.

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
    """Serves checks by path: 200 if all of them are content, else 503 and what is wrong."""

    def __init__(self, checks: Mapping[str, Sequence[Check]]) -> None:
        self._checks = checks

    async def serve(self, address: str) -> asyncio.Server:
        """Listen on HOST:PORT. Raises OSError if that cannot be had."""
        host, _, port = address.rpartition(":")
        return await asyncio.start_server(self._answer, host.strip("[]") or None, int(port))

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                request = await reader.readuntil(b"\r\n\r\n")
                status, text = self._respond(request.split(b" ", 2)[1].decode())
                body = text.encode()
                head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}"
                writer.write(f"{head}\r\nConnection: close\r\n\r\n".encode() + body)
                await writer.drain()
        except (OSError, TimeoutError, EOFError, ValueError, IndexError, asyncio.LimitOverrunError):
            pass  # whoever it was, it did not speak HTTP
        finally:
            writer.close()

    def _respond(self, target: str) -> tuple[str, str]:
        checks = self._checks.get(target.partition("?")[0])
        if checks is None:
            return "404 Not Found", "not found\n"
        problems = [problem for check in checks if (problem := check())]
        return ("503 Service Unavailable", "\n".join(problems) + "\n") if problems else ("200 OK", "ok\n")
