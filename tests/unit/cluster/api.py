"""A scripted HTTP server for the faults that a real API server only shows in bad hours. It understands no object."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from kubernetes.aio.client import ApiClient

from composestack.cluster.client import Client
from composestack.cluster.connecting import settings

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class FakeApi:
    """Answers with what the test has scripted, in that order, and keeps the requests."""

    def __init__(self) -> None:
        self.script: list[Answer] = []
        self.requests: list[web.Request] = []
        self.exhausted = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        await request.read()
        self.requests.append(request)
        if not self.script:
            self.exhausted.set()
            await asyncio.sleep(60)
        return await self.script.pop(0)(request)


def says(status: int, body: Any, **headers: str) -> Answer:
    """Answer with JSON."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status, headers=headers)

    return answer


def fails(code: int, message: str = "no", **headers: str) -> Answer:
    return says(code, {"kind": "Status", "code": code, "reason": "Reason", "message": message}, **headers)


def streams(*events: Any, broken: bool = False, chunk: int = 0) -> Answer:
    """Answer with a watch: one event a line, in pieces of `chunk` bytes; `broken` cuts the connection at the end."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        data = b"".join(json.dumps(event).encode() + b"\n" for event in events)
        size = chunk or len(data) or 1
        for start in range(0, len(data), size):
            await response.write(data[start : start + size])
        if broken:
            assert request.transport
            request.transport.close()
        else:
            await response.write_eof()
        return response

    return answer


def falls_silent(*events: Any) -> Answer:
    """Answer with a watch on which nothing comes after the events."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for event in events:
            await response.write(json.dumps(event).encode() + b"\n")
        await asyncio.sleep(60)
        return response

    return answer


def hangs_up() -> Answer:
    """Close the connection instead of answering."""

    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.transport
        request.transport.close()
        return web.Response()

    return answer


@asynccontextmanager
async def serving(api: FakeApi) -> AsyncIterator[Client]:
    """Serve, and return a client of it."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", api.answer)
    server = TestServer(application)
    await server.start_server()
    configuration = settings()
    configuration.host = str(server.make_url("")).rstrip("/")
    client = Client(ApiClient(configuration))
    try:
        yield client
    finally:
        await client.close()
        await server.close()
