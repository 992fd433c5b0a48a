"""The connection: raw JSON requests to the API server, retried where that helps. Knows no kinds."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from kubernetes.aio.client import ApiClient

from composestack import __version__
from composestack.cluster.limit import AdaptiveLimit, Congested

TIMEOUT = 15.0
"""Seconds that a request may take."""

SILENCE = 90.0
"""Seconds without a byte after which a watch is opened anew, as its connection may be dead. The API server sends a
bookmark every minute where something happens; of a quiet kind only after etcd has told its progress, every ten minutes
by default (k8s.io/apiserver, pkg/storage/cacher).
"""

ATTEMPTS = 5
FIRST_DELAY, LONGEST_DELAY = 0.2, 10.0
"""Seconds between attempts: doubled each time, with jitter, unless the server names its own (Retry-After)."""

JSON = "application/json"
APPLY = "application/apply-patch+yaml; charset=utf-8"
"""With the parameter, which changes nothing for the API server, the client library leaves the encoding to us."""

NOT_YAML = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Characters that JSON holds as they are, and YAML only escaped, or takes for line breaks (YAML 1.1, section 4.1)."""

JSON_PATCH = "application/json-patch+json"
TEXT = "text/plain, */*"
"""Accepted where the answer is no JSON: it comes as it is, as text."""

USER_AGENT = f"composestack/{__version__}"

jitter = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `body` is sent as JSON; `query` is encoded; `idempotent` says that it may be sent twice; `accept` is
    the form of the answer, `user` whose rights it takes if not our own (Kubernetes docs, User impersonation).
    """

    method: str
    path: str
    body: Mapping[str, Any] | Sequence[Any] | None = None
    query: Mapping[str, str] | None = None
    content_type: str = JSON
    idempotent: bool = True
    accept: str = JSON
    user: str = ""

    @property
    def target(self) -> str:
        """Path and query as they go over the wire.

        Raises ValueError for a path with steps that lead elsewhere: they come from a name that no object can have.
        """
        if {".", ".."} & set(self.path.split("/")):
            raise ValueError(f"{self.path} leads elsewhere")
        return quote(self.path) + (f"?{urlencode(self.query)}" if self.query else "")


class ApiError(Exception):
    """The API server answered with an error; `answer` is its Status object (metav1.Status)."""

    def __init__(self, status: int, answer: Mapping[str, Any], retry_after: float = 0.0) -> None:
        self.status = status
        self.reason = str(answer.get("reason", ""))
        self.message = str(answer.get("message", ""))
        self.details: Mapping[str, Any] = answer.get("details") or {}
        self.retry_after = retry_after
        super().__init__(f"{status} {self.reason}: {self.message}")

    @property
    def permanent(self) -> bool:
        """Whether the same request would fail again, until somebody acts.

        An apply that does not fit the schema is answered with 500 (k8s.io/apimachinery, pkg/util/managedfields).
        """
        if self.status == 500:
            return self.message.startswith("failed to create typed patch object")
        return self.status < 500 and self.status not in {401, 408, 409, 429}


class Overloaded(ApiError, Congested):
    """The API server has too much to do: 429, 503, 504."""


class Unreachable(Congested):
    """No answer: the connection failed, broke, or took too long."""


class Silent(Exception):
    """Nothing has come on a watch for SILENCE seconds. That may well be right."""


class Fenced(Exception):
    """A write that must not leave now: somebody else may be writing."""


class Client:
    """A connection to one API server. Open it with `connect` (connecting.py); close it when done.

    `fence` is asked before every write of `call`, for the seconds that it may take; it raises Fenced to refuse it.
    `observe` is told of every answer: its status code, or an empty string if there was none.
    """

    def __init__(self, api: ApiClient, refresh: asyncio.Task[None] | None = None) -> None:
        self.fence: Callable[[], float] = lambda: TIMEOUT
        self.observe: Callable[[Request, str], None] = lambda _request, _code: None
        self._api = api
        self._limit = AdaptiveLimit()
        self._refresh = refresh

    async def call(self, request: Request) -> Any:
        """Send a request, again if that may help, and return the decoded answer.

        Raises ApiError, Unreachable, or Fenced.
        """
        attempt = 0
        while True:
            attempt += 1
            try:
                async with self._limit.slot():
                    if request.method == "GET":
                        return await self.attempt(request, TIMEOUT)
                    return await self._write(request)
            except (ApiError, Unreachable) as error:
                if attempt == ATTEMPTS or not request.idempotent or not _worth_a_retry(error):
                    raise
                await asyncio.sleep(_delay(attempt, getattr(error, "retry_after", 0.0)))

    async def _write(self, request: Request) -> Any:
        seconds = min(self.fence(), TIMEOUT)
        asked = _fence.set(self.fence)
        try:
            return await self.attempt(_bounded(request, seconds), seconds)
        finally:
            _fence.reset(asked)

    async def attempt(self, request: Request, seconds: float) -> Any:
        """Send a request once and at once, past limit and fence, and return the decoded answer.

        Raises ApiError, and Unreachable if there is no answer within this time.
        """
        try:
            response = await self._send(request, aiohttp.ClientTimeout(seconds))
            body = await response.read()
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            raise Unreachable(f"{request.method} {request.path}: {str(error) or repr(error)}") from error
        if response.status >= 400:
            raise _error(response, body)
        if request.accept == TEXT:
            return body.decode(errors="replace")
        return json.loads(body) if body else None

    async def stream(self, request: Request) -> AsyncGenerator[Any, None]:
        """Yield the lines of a watch, decoded, until the server ends it. Raises ApiError, Silent or Unreachable; never
        retries.

        Watches take no slot of the limit: they last for minutes and cost the server nothing while nothing happens.
        """
        limits = aiohttp.ClientTimeout(total=None, connect=TIMEOUT, sock_read=SILENCE)
        try:
            response = await self._send(request, limits)
            try:
                if response.status >= 400:
                    raise _error(response, await response.read())
                async for line in _lines(response.content):
                    yield json.loads(line)
            except aiohttp.SocketTimeoutError as error:
                raise Silent from error
            finally:
                _hang_up(response)
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            raise Unreachable(f"{request.method} {request.path}: {str(error) or repr(error)}") from error

    async def close(self) -> None:
        """Close all connections."""
        if self._refresh:
            self._refresh.cancel()
        close: Callable[[], Awaitable[None]] = self._api.close
        await close()

    def session(self) -> aiohttp.ClientSession:
        """Return a new session that is authenticated like this client, for libraries that bring their own requests."""

        async def authenticate(
            request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
        ) -> aiohttp.ClientResponse:
            request.headers.update(await self._headers())
            response = await handler(request)
            self.observe(Request(request.method, request.url.path, query=dict(request.url.query)), str(response.status))
            return response

        rest = self._api.rest_client
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=rest.ssl_context, limit=0),
            proxy=rest.proxy,
            headers={"User-Agent": USER_AGENT},
            middlewares=(start_over, authenticate),
        )

    @property
    def server(self) -> str:
        """The URL of the API server."""
        return str(self._api.configuration.host)

    async def _send(self, request: Request, limits: aiohttp.ClientTimeout) -> aiohttp.ClientResponse:
        headers = {"Accept": request.accept, "Content-Type": request.content_type, **await self._headers()}
        if request.user:
            headers["Impersonate-User"] = request.user
        body = yaml_text(request.body) if request.content_type == APPLY else request.body
        code = ""
        try:
            answer = await self._api.call_api(
                request.method, self.server + request.target, headers, body=body, _request_timeout=limits
            )
            response = answer.response
            assert isinstance(response, aiohttp.ClientResponse)
            code = str(response.status)
        finally:
            self.observe(request, code)
        return response

    async def _headers(self) -> dict[str, str]:
        auth = await self._api.configuration.auth_settings()
        return {"User-Agent": USER_AGENT} | {setting["key"]: setting["value"] for setting in auth.values()}


async def start_over(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Ask for the present where the past is gone (410): a list from its first page, a watch that begins with all there
    is (Kubernetes docs, API Concepts, "410 Gone" responses). kopf knows 410 only as an event, and would end.
    """
    response = await handler(request)
    if response.status == 410:
        response.close()
        request.url = request.url.without_query_params("continue", "resourceVersion")
        response = await handler(request)
    return response


_fence: ContextVar[Callable[[], float] | None] = ContextVar("fence", default=None)
"""The fence of the write under way in this task, None for a request that goes past it."""


async def _look_again(*_: object) -> None:
    """Ask the fence once more: the process may have stood still while the request waited for its turn.

    From the last look on, until the bytes are the kernel's, nothing else runs in this loop: of a process that stands
    still exactly there, one write leaves late.
    """
    if fence := _fence.get():
        fence()


def tracing() -> aiohttp.TraceConfig:
    """Return what a session needs for that: a look when there is a connection, and before a body is written to it.

    aiohttp holds the headers back until there is a body, and tells of a chunk before it writes it.
    """
    tracing = aiohttp.TraceConfig()
    tracing.on_connection_create_end.append(_look_again)
    tracing.on_connection_reuseconn.append(_look_again)
    tracing.on_request_chunk_sent.append(_look_again)
    return tracing


def _bounded(request: Request, seconds: float) -> Request:
    """Have the API server give a request up after this time, too: half of it may be under way while we stand still.

    Source: Kubernetes API reference, query parameter `timeout`.
    """
    return replace(request, query={**(request.query or {}), "timeout": f"{seconds:.3f}s"})


def _hang_up(response: aiohttp.ClientResponse) -> None:
    """End a stream at once, without TLS's farewell: the other side may be gone."""
    if response.connection and response.connection.transport:
        response.connection.transport.abort()
    response.close()


def yaml_text(value: Any) -> bytes:
    """Return JSON that is YAML too, as the API server reads an apply patch with a YAML parser.

    That knows no surrogate pairs, by which json.dumps writes an emoji unless it may write it as it is.
    """
    text = json.dumps(value, ensure_ascii=False)
    return NOT_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode(errors="replace")


async def _lines(content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
    """Yield lines of any length: an object may have megabytes, more than StreamReader's own limit."""
    begun: list[bytes] = []
    async for chunk in content.iter_any():
        first, *rest = chunk.split(b"\n")
        begun.append(first)
        for following in rest:
            line = b"".join(begun)
            begun = [following]
            if line:
                yield line


def _error(response: aiohttp.ClientResponse, body: bytes) -> ApiError:
    try:
        retry_after = float(response.headers.get("Retry-After", 0))
    except ValueError:  # a date, which the API server does not send
        retry_after = 0.0
    kind = Overloaded if response.status in {429, 503, 504} else ApiError
    return kind(response.status, _answer(body), retry_after)


def _answer(body: bytes) -> Mapping[str, Any]:
    """Return the Status object in an answer; a proxy in between may send something else, which becomes the message."""
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    return answer if isinstance(answer, dict) else {"message": body[:500].decode(errors="replace")}


def _worth_a_retry(error: ApiError | Unreachable) -> bool:
    if isinstance(error, ApiError):
        return error.status == 429 or (error.status >= 500 and not error.permanent)
    return True


def _delay(attempt: int, retry_after: float) -> float:
    return min(max(FIRST_DELAY * 2.0 ** (attempt - 1), retry_after), LONGEST_DELAY) * jitter.uniform(0.8, 1.2)
