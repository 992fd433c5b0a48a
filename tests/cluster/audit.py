"""What was called: the API server's audit log as a list of values."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.cluster.cluster import Cluster

WRITES = frozenset({"create", "update", "patch", "delete", "deletecollection"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One finished request. `resource` has its subresource after a slash (`pods/status`); of other URLs it is empty."""

    verb: str
    resource: str
    namespace: str
    name: str
    user: str
    user_agent: str
    code: int
    received: str
    """When the API server had read its head, as RFC 3339 in UTC: texts that sort by time."""
    uri: str
    """With the query, so that a server-side apply shows its field manager."""
    impersonated: str = ""
    """The user whose rights the request took, if not its own."""
    groups: tuple[str, ...] = ()
    """The groups of that user."""

    def __str__(self) -> str:
        target = "/".join(part for part in (self.resource, self.namespace, self.name) if part) or self.uri
        return f"{self.user}: {self.verb} {target} → {self.code}"

    @property
    def writes(self) -> bool:
        """Whether the request is one that changes objects."""
        return self.verb in WRITES and bool(self.resource)


class Audit:
    """A view of the log from one moment on: from the making of this object, or the last `mark`."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._offset = 0
        self.mark()

    def mark(self) -> None:
        """Forget everything that has finished by now."""
        self._flush()
        self._offset = self._cluster.audit_log.stat().st_size

    def entries(
        self, *, namespace: str | None = None, user_agent: str | None = None, user: str | None = None
    ) -> list[Entry]:
        """Return the requests since the mark that have finished by now, in the order of finishing.

        `namespace` and `user` select exactly; `user_agent` selects by how the header begins.
        """
        self._flush()
        return [
            entry
            for entry in self._read()
            if namespace in (None, entry.namespace)
            and user in (None, entry.user)
            and entry.user_agent.startswith(user_agent or "")
        ]

    def writes(
        self, *, namespace: str | None = None, user_agent: str | None = None, user: str | None = None
    ) -> list[Entry]:
        """Return those of `entries` that create, change or delete an object."""
        return [e for e in self.entries(namespace=namespace, user_agent=user_agent, user=user) if e.writes]

    def _read(self) -> Iterator[Entry]:
        with self._cluster.audit_log.open("rb") as file:
            file.seek(self._offset)
            yield from _parse(line for line in file if line.endswith(b"\n"))

    def _flush(self) -> None:
        """Wait until a request of our own stands in the log: what finished before it stands there too."""
        sentinel = str(uuid.uuid4())
        start = self._cluster.audit_log.stat().st_size
        self._cluster.get("/version", headers={"Audit-ID": sentinel})
        deadline = time.monotonic() + 10
        with self._cluster.audit_log.open("rb") as file:
            file.seek(start)
            seen = b""
            while sentinel.encode() not in seen:
                seen += file.read()
                if time.monotonic() > deadline:
                    raise TimeoutError("the audit log does not show a request that was made 10 s ago")
                time.sleep(0.01)


def _parse(lines: Iterable[bytes]) -> Iterator[Entry]:
    for line in lines:
        event: dict[str, Any] = json.loads(line)
        reference = event.get("objectRef", {})
        resource = reference.get("resource", "")
        if subresource := reference.get("subresource"):
            resource = f"{resource}/{subresource}"
        yield Entry(
            verb=event["verb"],
            resource=resource,
            namespace=reference.get("namespace", ""),
            name=reference.get("name", ""),
            user=event["user"].get("username", ""),
            user_agent=event.get("userAgent", ""),
            code=event.get("responseStatus", {}).get("code", 0),
            received=event["requestReceivedTimestamp"],
            uri=event["requestURI"],
            impersonated=event.get("impersonatedUser", {}).get("username", ""),
            groups=tuple(event.get("impersonatedUser", {}).get("groups", ())),
        )
