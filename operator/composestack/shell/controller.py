"""What the operator knows of all stacks, and which of them need a look. Every cause leads to the same work."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from composestack.kinds import Ref
from composestack.reconcile.port import Live, StackKey
from composestack.reconcile.reconciler import Result
from composestack.reconcile.settled import StackRow, settled, stack_row
from composestack.shell.queue import WorkQueue
from composestack.translate.names import label_value

SETTLING = 0.5
"""Seconds before a change below a ready stack is looked at: most are over by then, such as a controller that has not
observed a new generation yet. Nobody waits for a stack that is ready, or that stays as it is until somebody acts, such
as one that was rolled back. Nor for one whose writes are refused, and in a namespace that ends every object that goes
would be one more reason to try and create all of them.
"""

LARGE = 100
GATHERING = 0.001
"""Seconds for each object of a stack that has more than LARGE of them. A look at it costs some 60 µs for each, in which
nothing else happens, so changes below it are gathered for many times that: the others shall not wait for it.
"""


class Reconciler(Protocol):
    """Brings one stack forward."""

    async def reconcile(self, key: StackKey) -> Result:
        """Bring one stack forward. Raises what is worth a retry."""


class Cluster(Protocol):
    """What the controller asks of the cluster, and tells it. No calls."""

    def live(self, key: StackKey) -> Live:
        """Return what lives of a stack."""

    def use(self, key: StackKey, sources: tuple[Ref, ...]) -> None:
        """Take in which ConfigMaps and Secrets a stack uses from now on."""

    def saw(self, body: Mapping[str, Any], *, keep: bool) -> None:
        """Take in a ComposeStack as a watch shows it; `keep` says that it will be worked on."""

    def release(self, key: StackKey) -> None:
        """Take in that a stack is not worked on for now."""


class Controller:
    """Turns events into work: a stack is reconciled if it is not settled, and costs no call if it is."""

    def __init__(
        self,
        queue: WorkQueue[StackKey],
        cluster: Cluster,
        reconciler: Reconciler,
        revision: Callable[[str, Mapping[str, Any]], str],
    ) -> None:
        """`revision` is the digest of all that a spec in this namespace is rendered from, but for its sources."""
        self._queue = queue
        self._cluster = cluster
        self._reconciler = reconciler
        self._revision = revision
        self._rows: dict[StackKey, StackRow] = {}
        self._names: dict[StackKey, StackKey] = {}
        self._calm: dict[StackKey, Hashable] = {}
        self._large: Counter[StackKey] = Counter()
        self._blocked: set[StackKey] = set()

    def stack_event(self, kind: str | None, body: Mapping[str, Any]) -> None:
        """Take in an event about a ComposeStack (`kind` is None for listed ones).

        A status that says more than before is our own write, and no news; one that says less may be somebody else's.
        A listed body that calls for work is not kept: the list may be older than what lives already, such as from an
        API server that lags, and a spec of the past would undo the present. So it is read once more.
        """
        metadata = body["metadata"]
        key = StackKey(metadata["namespace"], metadata["name"])
        if kind == "DELETED":
            self._forget(key, metadata["uid"])
            return
        before, version = self._rows.get(key), int(metadata["resourceVersion"])
        if before is None or version > before.version or (kind is None and version == before.version):
            self._take_in(key, body, keep=kind is not None)

    def stack_written(self, body: Mapping[str, Any]) -> None:
        """Take in a ComposeStack as our own status write left it; its echo on the watch is no news then.

        Of one version, this shows most: right after a change of the CustomResourceDefinition, an open watch still
        leaves out the fields that are new in it, and would have us settle for the rest of the spec.
        """
        metadata = body["metadata"]
        key = StackKey(metadata["namespace"], metadata["name"])
        before = self._rows.get(key)
        if before and before.desire.uid == metadata["uid"] and int(metadata["resourceVersion"]) >= before.version:
            self._take_in(key, body, keep=True)

    def _take_in(self, key: StackKey, body: Mapping[str, Any], *, keep: bool) -> None:
        row = stack_row(body, self._revision(key.namespace, body.get("spec", {})))
        before = self._rows.get(key)
        self._rows[key] = row
        self._names[_label(key)] = key
        self._cluster.use(key, row.sources)
        news = before is None or before.desire != row.desire or (before.ready and not row.ready)
        if row.ready and not news:
            self._cluster.release(key)
        else:
            self._cluster.saw(body, keep=news and keep)
        if news:
            self._queue.add(key)

    def children_changed(self, label: StackKey) -> None:
        """Take in that something changed that bears this stack label, or is used by the stack. Without a stack it is
        nobody's.
        """
        key = self._names.get(label)
        if key is None:
            return
        pause = self._large[key] * GATHERING
        if self._rows[key].ready or key in self._blocked or key in self._calm:
            pause = max(pause, SETTLING)
        if pause:
            self._queue.add_after(key, pause)
        else:
            self._queue.add(key)

    async def resync(self, seconds: float) -> None:
        """Look at every stack once in this time, for ever, and evenly spread."""
        while True:
            keys = list(self._rows)
            for key in keys:
                self._queue.add(key, background=True)
                await asyncio.sleep(seconds / len(keys))
            if not keys:
                await asyncio.sleep(seconds)

    async def work(self, key: StackKey) -> float | None:
        """Look at a stack; reconcile it unless it is settled. Returns the seconds after which to look again, if any."""
        row = self._rows.get(key)
        if row is None:
            return None
        live = self._cluster.live(key)
        seen = _picture(row, live)
        if settled(row, live) or self._calm.get(key) == seen:
            self._cluster.release(key)
            return None
        result = await self._reconciler.reconcile(key)
        live = self._cluster.live(key)
        if key in self._rows and len(live.children) > LARGE:
            self._large[key] = len(live.children)
        else:
            self._large.pop(key, None)
        if result.settled and seen == _picture(row, live):
            self._calm[key] = seen
        else:
            self._calm.pop(key, None)
        if result.blocked:
            self._blocked.add(key)
        else:
            self._blocked.discard(key)
        return result.again

    def _forget(self, key: StackKey, uid: str) -> None:
        row = self._rows.get(key)
        if row and row.desire.uid == uid:
            del self._rows[key]
            self._names.pop(_label(key), None)
            self._calm.pop(key, None)
            self._large.pop(key, None)
            self._blocked.discard(key)
            self._queue.forget(key)
            self._cluster.use(key, ())
            self._cluster.release(key)


def _label(key: StackKey) -> StackKey:
    """Return the key as it can be read off a child: namespace and stack label."""
    return StackKey(key.namespace, label_value(key.name))


def _picture(row: StackRow, live: Live) -> Hashable:
    """Return all that a reconcile goes by. If it found nothing to do once, it will not until this changes."""
    children = frozenset(replace(child, resource_version="") for child in live.children.values())
    return hash((row, children, frozenset(live.pods), frozenset(live.sources.items())))
