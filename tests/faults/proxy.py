"""An HTTP proxy between an operator and the API server. It passes everything on, unless a fault says otherwise.

It listens without TLS and speaks as admin to the API server. It runs in a thread of its own, so that tests may block.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs
from weakref import WeakSet

import aiohttp
from aiohttp import web
from aiohttp.connector import AddrInfoType

from tests.faults.api import Api

GONE = (
    b'{"type":"ERROR","object":{"kind":"Status","status":"Failure","reason":"Expired","message":"test","code":410}}\n'
)
"""The event that ends a watch when the history since its version is no longer there."""

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
REMEMBERED = 10_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the operator."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        """Whether it changes what this suite compares: Events, Leases and dry runs do not count."""
        others = "/events" in self.path or "/leases" in self.path or "dryRun" in self.query
        return self.method in WRITES and not others

    @property
    def watches(self) -> bool:
        return self.query.get("watch", "") in {"1", "true"}

    @property
    def lists(self) -> bool:
        """Whether it reads a collection: /api/v1/x, /apis/g/v/x, or the same below a namespace."""
        parts = self.path.strip("/").split("/")
        below = parts[2:] if parts[0] == "api" else parts[3:]
        return self.method == "GET" and not self.watches and len(below) in {1, 3}

    @property
    def plural(self) -> str:
        """The resource of a list or watch."""
        return self.path.rsplit("/", 1)[-1]


class Cut(Exception):
    """The connection breaks now."""


class Fault:
    """What may go wrong with a request; nothing does by default. All of it runs in the proxy's event loop."""

    async def before(self, call: Call) -> web.Response | None:
        """Answer instead of the API server, or wait, or raise Cut."""
        return None

    async def after(self, call: Call, status: int) -> None:
        """Take in that the API server has answered, before the operator learns of it. May raise Cut."""

    def listed(self, call: Call, body: bytes) -> bytes:
        """Return a list as the operator shall see it."""
        return body

    async def events(self, call: Call, lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yield the lines of a watch as the operator shall see them, with their line feeds. May raise Cut."""
        async for line in lines:
            yield line


def answer(code: int, reason: str, **headers: str) -> web.Response:
    """Return an error as the API server words it."""
    body = {
        "kind": "Status",
        "apiVersion": "v1",
        "status": "Failure",
        "reason": reason,
        "message": "test",
        "code": code,
    }
    return web.json_response(
        body, status=code, headers={name.replace("_", "-"): text for name, text in headers.items()}
    )


class Proxy:
    """The proxy. `fault` may be exchanged at any time; `calls` are those that came in, in order."""

    def __init__(self, api: Api, directory: Path) -> None:
        self.fault = Fault()
        self.calls: deque[Call] = deque(maxlen=REMEMBERED)
        self.kubeconfig = directory / "kubeconfig"
        self._api = api
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._open: set[asyncio.Transport] = set()
        self._sockets: WeakSet[socket.socket] = WeakSet()

    def start(self) -> None:
        self._thread.start()
        port = self._run(self._serve())
        cluster = {"name": "proxy", "cluster": {"server": f"http://127.0.0.1:{port}"}}
        context = {"name": "proxy", "context": {"cluster": "proxy", "user": "proxy"}}
        users = [{"name": "proxy", "user": {"token": "none"}}]
        document = {"apiVersion": "v1", "kind": "Config", "clusters": [cluster], "users": users, "contexts": [context]}
        self.kubeconfig.write_text(json.dumps({**document, "current-context": "proxy"}))

    def stop(self) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def call_soon(self, change: Callable[[], None]) -> None:
        """Change a fault in the thread that it runs in."""
        self._loop.call_soon_threadsafe(change)

    def hang_up(self) -> None:
        """Break all connections of the operator."""
        self.call_soon(self._hang_up)

    def writes(self) -> list[Call]:
        return [call for call in list(self.calls) if call.writes]

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _serve(self) -> int:
        self._connector = aiohttp.TCPConnector(ssl=self._api.tls, limit=0, socket_factory=self._socket)
        self._session = aiohttp.ClientSession(connector=self._connector, auto_decompress=False)
        self._runner = web.ServerRunner(web.Server(self._handle, handler_cancellation=True), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        address = self._runner.addresses[0]
        return int(address[1])

    async def _close(self) -> None:
        self._hang_up()
        await self._runner.cleanup()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._connector.close(abort_ssl=True)
        await self._session.close()
        await asyncio.sleep(0.1)  # transports close a little later than what used them
        # And what was cut while it greeted the API server would wait for the answer.
        while still := [each for each in self._sockets if each.fileno() >= 0]:
            for each in still:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            await asyncio.sleep(0.02)

    def _socket(self, address: AddrInfoType) -> socket.socket:
        family, kind, protocol, *_ = address
        made = socket.socket(family, kind, protocol)
        self._sockets.add(made)
        return made

    def _hang_up(self) -> None:
        for transport in list(self._open):
            transport.abort()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        query = {name: values[-1] for name, values in parse_qs(request.query_string).items()}
        call = Call(request.method, request.path, query)
        self.calls.append(call)
        transport = request.transport
        assert isinstance(transport, asyncio.Transport)
        self._open.add(transport)
        try:
            return await self._pass_on(request, call)
        except (Cut, aiohttp.ClientError, ConnectionError):
            transport.abort()
            return web.Response(status=502)
        finally:
            self._open.discard(transport)

    async def _pass_on(self, request: web.BaseRequest, call: Call) -> web.StreamResponse:
        instead = await self.fault.before(call)
        if instead is not None:
            return instead
        names = ("Accept", "Content-Type", "User-Agent", "Impersonate-User")
        headers = {name: request.headers[name] for name in names if name in request.headers}
        headers |= {"Authorization": f"Bearer {self._api.token}", "Accept-Encoding": "identity"}
        url = self._api.server + request.raw_path
        timeout = aiohttp.ClientTimeout(total=None)
        async with self._session.request(
            request.method, url, data=await request.read() or None, headers=headers, timeout=timeout
        ) as upstream:
            if call.watches and upstream.status == 200:
                return await self._stream(request, call, upstream)
            body = await upstream.read()
            await self.fault.after(call, upstream.status)
            if call.lists and upstream.status == 200:
                body = self.fault.listed(call, body)
            kept = {
                name: upstream.headers[name] for name in ("Content-Type", "Retry-After") if name in upstream.headers
            }
            return web.Response(status=upstream.status, body=body, headers=kept)

    async def _stream(
        self, request: web.BaseRequest, call: Call, upstream: aiohttp.ClientResponse
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        async for line in self.fault.events(call, _lines(upstream.content)):
            await response.write(line)
        with suppress(ConnectionError):
            await response.write_eof()
        return response


async def _lines(content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
    begun = b""
    async for chunk in content.iter_any():
        *complete, begun = (begun + chunk).split(b"\n")
        for line in complete:
            yield line + b"\n"
