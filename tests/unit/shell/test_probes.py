from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from composestack.shell.probes import Heartbeat, Probes

problems: list[str] = []


@pytest.fixture
async def port() -> AsyncIterator[int]:
    problems.clear()
    checks = {"/healthz": [lambda: None, lambda: problems[0] if problems else None], "/readyz": []}
    probes = Probes(checks, {"/metrics": lambda: ("text/numbers", "größe 1\n".encode())})
    server = await probes.serve("127.0.0.1:0")
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


async def ask(port: int, request: bytes) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.decode()


async def get(port: int, path: str) -> tuple[str, str]:
    head, _, body = (await ask(port, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())).partition("\r\n\r\n")
    return head.splitlines()[0], body


async def test_all_is_well(port: int) -> None:
    assert await get(port, "/healthz") == ("HTTP/1.1 200 OK", "ok\n")
    assert await get(port, "/readyz?verbose") == ("HTTP/1.1 200 OK", "ok\n")


async def test_a_problem_is_named(port: int) -> None:
    problems.append("a watch is deaf")

    assert await get(port, "/healthz") == ("HTTP/1.1 503 Service Unavailable", "a watch is deaf\n")
    assert await get(port, "/readyz") == ("HTTP/1.1 200 OK", "ok\n")


async def test_a_page_is_served_with_its_type(port: int) -> None:
    answer = await ask(port, b"GET /metrics HTTP/1.1\r\n\r\n")

    assert "Content-Type: text/numbers\r\nContent-Length: 10\r\n" in answer
    assert answer.endswith("größe 1\n")


async def test_another_path_is_not_found(port: int) -> None:
    assert (await get(port, "/"))[0] == "HTTP/1.1 404 Not Found"


@pytest.mark.parametrize("nonsense", [b"", b"\r\n\r\n", b"x" * 100_000, b"\xff \xff \r\n\r\n"])
async def test_what_is_no_http_does_not_disturb_it(
    port: int, nonsense: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with suppress(ConnectionError):
        await ask(port, nonsense)

    assert (await get(port, "/healthz"))[0] == "HTTP/1.1 200 OK"
    assert caplog.records == []


async def test_the_heartbeat_notices_a_loop_that_is_held_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("composestack.shell.probes.TICK", 0.01)
    heartbeat = Heartbeat()
    task = asyncio.create_task(heartbeat.run())
    await asyncio.sleep(0.005)
    time.sleep(0.2)  # noqa: ASYNC251 - that is what shall be noticed
    await asyncio.sleep(0.001)

    assert heartbeat.lag > 0.1
    task.cancel()
