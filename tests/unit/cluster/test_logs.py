from __future__ import annotations

from dataclasses import replace

import pytest
from aiohttp import web

from composestack.cluster import logs
from composestack.cluster.client import Client
from composestack.cluster.logs import LINE_LIMIT, Logs, shown
from composestack.reconcile.port import Pod
from tests.unit.cluster.api import Answer, FakeApi, fails

POD = Pod("web-0", "web", "uid", True, False, False, "CrashLoopBackOff", "container app exited with code 1", "app")


def writes(text: str) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=text.encode(), content_type="text/plain")

    return answer


async def test_the_log_of_the_crashed_container_is_read_once_for_each_crash(api: FakeApi, client: Client) -> None:
    api.script = [writes("starting\nno such database\n\n"), writes("out of memory")]
    reader = Logs(client)

    for _ in range(3):
        assert await reader.last_line("shop", POD) == "no such database"
        assert await reader.last_line("shop", replace(POD, reason="Error")) == "no such database"
    assert await reader.last_line("shop", replace(POD, message="container app exited with code 137")) == "out of memory"

    assert len(api.requests) == 2
    request = api.requests[0]
    assert request.path == "/api/v1/namespaces/shop/pods/web-0/log"
    assert request.query["container"] == "app"
    assert int(request.query["limitBytes"]) < 10_000


@pytest.mark.parametrize("fault", [fails(403), fails(404), fails(500)])
async def test_a_log_that_cannot_be_read_is_no_reason_to_fail_or_to_try_again(
    api: FakeApi, client: Client, fault: Answer
) -> None:
    api.script = [fault, writes("late")]
    reader = Logs(client)

    assert [await reader.last_line("shop", POD) for _ in range(2)] == ["", ""]
    assert len(api.requests) == 1


async def test_old_crashes_are_forgotten(api: FakeApi, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "REMEMBERED", 1)
    api.script = [writes("a"), writes("b"), writes("c")]
    reader = Logs(client)

    read = [await reader.last_line("shop", replace(POD, name=name)) for name in ("one", "two", "two", "one")]

    assert read == ["a", "b", "b", "c"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("\n \n", ""),
        ("one\ntwo\r\n", "two"),
        ("\x1b[31mpanic:\x1b[0m no\x00 luck\x07", "panic: no luck"),
        ("x" * 500, "x" * (LINE_LIMIT - 1) + "…"),
    ],
)
def test_a_line_is_short_and_printable(text: str, line: str) -> None:
    assert shown(text) == line
