"""Watching one kind: list, then follow the changes, and list anew when the thread is lost.

Kubernetes docs, API Concepts: Efficient detection of changes, Watch bookmarks, Retrieving large results sets in chunks,
410 Gone responses. The reflector hands objects on and keeps none.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sys
import time
from collections.abc import Collection
from contextlib import aclosing, suppress
from typing import Any, Protocol

from composestack.cluster.client import JSON, ApiError, Client, Request, Silent, Unreachable
from composestack.kinds import Kind
from composestack.translate.plan import Manifest

PAGE = 500
"""Objects a page. The API server and we hold one page at a time."""

WATCH_SECONDS = (240, 480)
"""Bounds of a watch's length. A random one each time, so that not all of them are renewed at once."""

FIRST_DELAY, LONGEST_DELAY = 0.2, 30.0
"""Seconds before going on: doubled with each failure, with jitter."""

LOOK_AGAIN = 240.0
"""Seconds until a kind that is not served is looked for once more."""

PATIENCE = 3
"""Failures in a row after which the last version is no longer trusted, and everything is listed."""

log = logging.getLogger(__name__)
jitter = random.SystemRandom()


class Sink(Protocol):
    """Who takes in what a reflector sees."""

    def put(self, live: Manifest) -> None:
        """Take in an object as it is now."""

    def drop(self, live: Manifest) -> None:
        """Take in that an object is gone. `live` is its last state."""

    def sweep(self, namespace: str | None, present: Collection[tuple[str, str]], version: int) -> None:
        """Take in a complete list: whatever was there before this version and is not present is gone."""


class Lost(Exception):
    """The thread is lost (410 Gone): only a new list can tell what has happened."""


class Rewound(Exception):
    """The API server's history went back (a restored backup): nothing we know can be trusted, only a restart helps."""


class NotServed(Exception):
    """The API server has no such kind: nobody has installed its definition, or we may not see it."""


class Reflector:
    """Follows the objects of one kind that bear a label, in one namespace or in all."""

    list_as = watch_as = JSON

    def __init__(self, client: Client, kind: Kind, namespace: str | None, label: str, sink: Sink) -> None:
        self.synced = asyncio.Event()
        self._wanted = asyncio.Event()
        self._client = client
        self._kind = kind
        self._path = kind.path(namespace)
        self._namespace = namespace
        self._selector = label
        self._sink = sink
        self._version = ""
        self._highest = 0
        self._heard = self._tried = time.monotonic()

    def __str__(self) -> str:
        return f"{self._kind.plural} in {self._namespace or 'all namespaces'}"

    @property
    def age(self) -> float:
        """Seconds since it last heard the API server, or tried to: more than a few minutes, and it hangs.

        It tries again at the latest when a watch has been silent for a while.
        """
        return time.monotonic() - max(self._heard, self._tried)

    async def run(self) -> None:
        """Follow for ever; failures are waited out. Raises Rewound.

        A kind that is not served has no objects: that is known at once, and looked at again when one may have come.
        """
        while True:
            self._wanted.clear()
            with suppress(NotServed):
                await self._follow()
            self._sink.sweep(self._namespace, (), sys.maxsize)
            self.synced.set()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), LOOK_AGAIN)

    def want(self) -> None:
        """Look whether the kind is served by now: an object of it has been written."""
        self._wanted.set()

    async def _follow(self) -> None:
        """Follow for ever. Raises Rewound and NotServed."""
        failures = 0
        while True:
            heard, self._tried = self._heard, time.monotonic()
            try:
                if not self._version:
                    await self._list()
                with suppress(Silent):
                    await self._watch()
                failures = 0
            except (Lost, ApiError, Unreachable) as error:
                failures = 1 if self._heard > heard else failures + 1
                if isinstance(error, Lost) or failures >= PATIENCE:
                    self._version = ""
                log.warning("watch interrupted", extra={"watch": str(self), "error": repr(error)})
            await asyncio.sleep(_delay(failures))

    async def _list(self) -> None:
        """Read everything, page by page, and let the sink forget what is no longer there."""
        present: set[tuple[str, str]] = set()
        query = {"labelSelector": self._selector, "limit": str(PAGE)}
        while True:
            try:
                page = await self._client.call(Request("GET", self._path, query=query, accept=self.list_as))
            except ApiError as error:
                if error.status == 410:  # the continue token has expired
                    raise Lost from error
                if error.status in {403, 404} and self._kind.source:
                    raise NotServed from error
                raise
            self._heard = time.monotonic()
            for item in page["items"]:
                self._put(item)
                present.add((item["metadata"]["namespace"], item["metadata"]["name"]))
            token = page["metadata"].get("continue")
            if not token:
                break
            query["continue"] = token
        self._version = page["metadata"]["resourceVersion"]
        if int(self._version) < self._highest:
            raise Rewound(f"{self}: version {self._version} after {self._highest}")
        self._sink.sweep(self._namespace, present, int(self._version))
        self.synced.set()

    async def _watch(self) -> None:
        """Follow the changes from the last known version, until the server ends the watch."""
        query = {
            "watch": "true",
            "labelSelector": self._selector,
            "allowWatchBookmarks": "true",
            "resourceVersion": self._version,
            "timeoutSeconds": str(jitter.randint(*WATCH_SECONDS)),
        }
        request = Request("GET", self._path, query=query, accept=self.watch_as)
        try:
            async with aclosing(self._client.stream(request)) as events:
                async for event in events:
                    self._take(event)
        except ApiError as error:
            if error.status == 410:
                raise Lost from error
            raise

    def _take(self, event: dict[str, Any]) -> None:
        self._heard = time.monotonic()
        live = event["object"]
        match event["type"]:
            case "ADDED" | "MODIFIED":
                self._put(live)
            case "DELETED":
                self._sink.drop(live)
            case "ERROR" if live.get("code") == 410:
                raise Lost
            case "ERROR":
                raise ApiError(live.get("code", 500), live)
        self._version = live["metadata"]["resourceVersion"]
        self._highest = int(self._version)

    def _put(self, live: Manifest) -> None:
        live.setdefault("kind", self._kind.kind)  # items of lists do not name it
        self._sink.put(live)


class MetadataReflector(Reflector):
    """Follows metadata alone: what an object contains is never sent."""

    list_as = f"{JSON};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
    watch_as = f"{JSON};as=PartialObjectMetadata;g=meta.k8s.io;v=v1"


def _delay(failures: int) -> float:
    return min(FIRST_DELAY * 2.0 ** min(failures, 16), LONGEST_DELAY) * jitter.uniform(0.8, 1.2)
