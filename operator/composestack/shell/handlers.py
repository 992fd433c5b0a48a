"""kopf: watches the ComposeStacks, and nothing else. It keeps no state and writes nothing to them.

`on.event` is kopf's only kind of handler without a trace on the resource: the others keep a copy of the spec in an
annotation, or a finalizer, and a retry is one more write.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from random import SystemRandom
from typing import Any

import kopf

from composestack.api.v1alpha1 import GROUP, PLURAL, VERSION

OnStack = Callable[[str | None, Mapping[str, Any]], None]

BACKOFFS = (0.5, 1, 2, 4, 8, 15, 30, 30, 30, 30, 30)
"""Seconds between kopf's tries: an API server may be away for minutes, and a restart would not bring it back."""

LOGIN_PAUSE = 2.0
"""Seconds before kopf gets its next session: it asks at once when one is refused (401), and a new token may be a minute
away.
"""


class NoDiffBase(kopf.DiffBaseStorage):
    """Remembers nothing of a resource: only handlers of changes need that, and there are none."""

    def build(self, **_: Any) -> kopf.BodyEssence:
        """Return nothing, which is cheaper than a copy of the whole resource for every event."""
        return kopf.BodyEssence()

    def fetch(self, **_: Any) -> None:
        """Return nothing."""

    def store(self, **_: Any) -> None:
        """Store nothing."""


class NoProgress(kopf.ProgressStorage):
    """Remembers no progress: handlers of events have none."""

    def fetch(self, **_: Any) -> None:
        """Return nothing."""

    def store(self, **_: Any) -> None:
        """Store nothing."""

    def purge(self, **_: Any) -> None:
        """There is nothing to purge."""

    def touch(self, **_: Any) -> None:
        """Do not touch the resource."""

    def clear(self, *, essence: kopf.BodyEssence) -> kopf.BodyEssence:
        """Return it as it is: there is nothing of ours in it."""
        return essence


def configured(selector: str = "") -> kopf.OperatorSettings:
    """Return kopf's settings: no writes, no peers, no scans, and nothing kept of a resource once it is handled.

    `selector` chooses the ComposeStacks by their labels, at the API server.
    """
    settings = kopf.OperatorSettings()
    settings.persistence.diffbase_storage = NoDiffBase()
    settings.persistence.progress_storage = NoProgress()
    settings.persistence.finalizer = f"{GROUP}/never"
    settings.peering.standalone = True
    settings.scanning.disabled = True
    settings.posting.enabled = False
    settings.queueing.worker_limit = None
    settings.queueing.idle_timeout = 0.05
    settings.watching.chunk_size = 500
    if selector:
        settings.watching.label_selectors[GROUP, VERSION, PLURAL] = selector
    settings.watching.server_timeout = SystemRandom().randint(240, 480)
    settings.networking.connect_timeout = 5
    settings.networking.request_timeout = 30
    settings.networking.error_backoffs = BACKOFFS
    settings.process.ultimate_exiting_timeout = 30
    return settings


def registry(
    on_stack: OnStack, login: Callable[[], kopf.AiohttpSession], finish: Callable[[], Awaitable[None]]
) -> kopf.OperatorRegistry:
    """Return the handlers: `on_stack` for each event, `login` for credentials, `finish` before the end."""
    handlers = kopf.OperatorRegistry()
    logins = count()

    @kopf.on.event(GROUP, VERSION, PLURAL, registry=handlers)
    async def stack(event: kopf.RawEvent, **_: Any) -> None:
        on_stack(event["type"], event["object"])

    @kopf.on.login(registry=handlers)
    async def log_in(**_: Any) -> kopf.AiohttpSession:
        if next(logins):
            await asyncio.sleep(LOGIN_PAUSE)
        return login()

    @kopf.on.cleanup(registry=handlers)
    async def clean_up(**_: Any) -> None:
        await finish()

    return handlers
