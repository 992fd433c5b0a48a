"""Kubernetes Events about stacks: one call each, and the same one not again for a while."""

from __future__ import annotations

import logging
import os
import socket
import time
from datetime import UTC, datetime
from uuid import uuid4

from composestack.api.v1alpha1 import API_VERSION, KIND
from composestack.cluster.client import ApiError, Client, Request, Unreachable
from composestack.reconcile.port import Event, StackKey

AGAIN_AFTER = 600.0
"""Seconds before the same Event about the same stack is posted again."""

REMEMBERED = 10_000
"""Events that are remembered for that. Beyond it, the oldest are forgotten."""

CONTROLLER = "composestack.io/operator"
NOTE_LIMIT = 1024
"""Characters of a note that the API server takes (events.k8s.io/v1, EventSeries)."""

log = logging.getLogger(__name__)


class Recorder:
    """Posts Events and remembers which."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._instance = os.environ.get("POD_NAME") or socket.gethostname()
        self._posted: dict[tuple[str, Event], float] = {}

    async def emit(self, key: StackKey, uid: str, event: Event) -> None:
        """Post an Event, unless the same was posted lately. Never fails: an Event is not worth a retry."""
        if not self._is_news(uid, event):
            return
        path = f"/apis/events.k8s.io/v1/namespaces/{key.namespace}/events"
        try:
            await self._client.call(Request("POST", path, self._body(key, uid, event), idempotent=False))
        except (ApiError, Unreachable) as error:
            log.debug("event not posted", extra={"stack": str(key), "reason": event.reason, "error": str(error)})

    def _is_news(self, uid: str, event: Event) -> bool:
        now = time.monotonic()
        last = self._posted.pop((uid, event), None)
        if last is not None and now - last < AGAIN_AFTER:
            self._posted[uid, event] = last
            return False
        self._posted[uid, event] = now
        if len(self._posted) > REMEMBERED:
            del self._posted[next(iter(self._posted))]
        return True

    def _body(self, key: StackKey, uid: str, event: Event) -> dict[str, object]:
        return {
            "apiVersion": "events.k8s.io/v1",
            "kind": "Event",
            "metadata": {"name": f"{key.name[:200]}.{uuid4().hex[:16]}", "namespace": key.namespace},
            "regarding": {
                "apiVersion": API_VERSION,
                "kind": KIND,
                "namespace": key.namespace,
                "name": key.name,
                "uid": uid,
            },
            "type": event.type,
            "reason": event.reason,
            "action": "Reconcile",
            "note": event.message[:NOTE_LIMIT],
            "eventTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "reportingController": CONTROLLER,
            "reportingInstance": self._instance[:128],
        }
