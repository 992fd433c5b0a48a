"""What lives, by stack: rows from the watches and from our own writes. No bodies, no calls.

A write is shown at once, before the watch tells of it. So a row only ever gives way to a newer one, and an object that
is gone stays gone. Resource versions of one kind are ordered numbers (Kubernetes docs, API Concepts).
"""

from __future__ import annotations

import logging
import sys
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, Generic, NamedTuple, TypeVar

from composestack.kinds import KINDS
from composestack.reconcile.observe import child, pod
from composestack.reconcile.port import Child, Live, StackKey
from composestack.translate.labels import STACK
from composestack.translate.names import label_value
from composestack.translate.plan import Manifest

GONE_REMEMBERED = 1024
"""Deleted objects that are remembered for each kind, so that a late answer to a write does not bring one back."""

FORMS_REMEMBERED = 10_000
"""Objects that the API server writes in another form than we do. The oldest are forgotten first, and applied again."""

log = logging.getLogger(__name__)
Row = TypeVar("Row")
Name = tuple[str, str]
"""Namespace and name of an object."""

OnChange = Callable[[StackKey], None]
"""Called when something of a stack changed, with its namespace and its label (`label_value` of its name)."""


class Children:
    """The live children and pods of all stacks."""

    def __init__(self, on_change: OnChange) -> None:
        self.kinds = {kind: Rows(self._row, on_change) for kind in KINDS}
        self.pods = Rows(pod, on_change)
        self._forms: dict[str, tuple[str, str]] = {}

    def live(self, key: StackKey) -> Live:
        """Return what lives of a stack."""
        stack = StackKey(key.namespace, label_value(key.name))
        children = {row.ref: row for rows in self.kinds.values() for row in rows.of(stack)}
        return Live(children, tuple(self.pods.of(stack)))

    def written(self, live: Manifest) -> Child:
        """Take in an object as our own write left it, and return its row.

        What we own of it is now by definition what we meant, even where the API server writes it in another form (0.5
        CPUs as 500m) or drops a field whose feature is switched off. That form is remembered, so that it is not taken
        for drift.
        """
        row = child(live)
        if row.actual != row.meant and self._forms.get(row.uid) != (row.meant, row.actual):
            log.warning("the API server changed or dropped fields of what was applied", extra={"object": str(row.ref)})
            self._forms[row.uid] = (row.meant, row.actual)
            if len(self._forms) > FORMS_REMEMBERED:
                del self._forms[next(iter(self._forms))]
        row = replace(row, actual=row.meant)
        self.kinds[row.ref.kind].keep(live["metadata"], row)
        return row

    def seen(self, live: Manifest) -> None:
        """Take in an object as an answer of the API server shows it."""
        self.kinds[live["kind"]].put(live)

    def gone(self, row: Child) -> None:
        """Take in that an object is gone for good."""
        self.kinds[row.ref.kind].gone((row.namespace, row.ref.name), row.uid)

    def _row(self, live: Manifest) -> Child:
        row = child(live)
        as_written = self._forms.get(row.uid) == (row.meant, row.actual)
        return replace(row, actual=row.meant) if as_written else row


class _Entry(NamedTuple, Generic[Row]):
    stack: StackKey
    uid: str
    version: int
    row: Row


class Rows(Generic[Row]):
    """The rows of one kind. A reflector fills it; see watch.py for what it calls."""

    def __init__(self, project: Callable[[Manifest], Row], on_change: OnChange) -> None:
        self._project = project
        self._on_change = on_change
        self._entries: dict[Name, _Entry[Row]] = {}
        self._names: dict[StackKey, set[Name]] = {}
        self._gone: OrderedDict[str, int] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def of(self, stack: StackKey) -> Collection[Row]:
        """Return the rows with this label in this namespace, sorted by name."""
        return [self._entries[name].row for name in sorted(self._names.get(stack, ()))]

    def put(self, live: Manifest) -> None:
        """Take in a live object, unless this or a newer state of it is known. The echo of our own write ends here."""
        metadata = live["metadata"]
        before = self._entries.get((metadata["namespace"], metadata["name"]))
        if before is None or int(metadata["resourceVersion"]) > before.version:
            self.keep(metadata, self._project(live))

    def keep(self, metadata: Mapping[str, Any], row: Row) -> None:
        """Take in the row of an object with these metadata, unless a newer state of it is known."""
        name = (metadata["namespace"], metadata["name"])
        stack = StackKey(metadata["namespace"], metadata.get("labels", {}).get(STACK, ""))
        entry = _Entry(stack, metadata["uid"], int(metadata["resourceVersion"]), row)
        before = self._entries.get(name)
        if entry.version <= self._gone.get(entry.uid, 0) or (before and entry.version < before.version):
            return
        if before and before.stack != stack:
            self._forget(name, before)
        self._entries[name] = entry
        self._names.setdefault(stack, set()).add(name)
        if before is None or before.stack != stack or _unversioned(before.row) != _unversioned(row):
            self._on_change(stack)

    def gone(self, name: Name, uid: str) -> None:
        """Forget an object that will never come back."""
        self._drop(name, uid, sys.maxsize)

    def drop(self, live: Manifest) -> None:
        """Forget an object that is gone, or lost its label. `live` is its last state."""
        metadata = live["metadata"]
        self._drop((metadata["namespace"], metadata["name"]), metadata["uid"], int(metadata["resourceVersion"]))

    def sweep(self, namespace: str | None, present: Collection[Name], version: int) -> None:
        """Forget whatever a complete list, of one namespace or of all, does not have. `version` is that of the list."""
        absent = [
            (name, entry.uid)
            for name, entry in self._entries.items()
            if name not in present and namespace in {None, name[0]}
        ]
        for name, uid in absent:
            self._drop(name, uid, version)

    def _drop(self, name: Name, uid: str, version: int) -> None:
        """Forget an object that was gone at this version. If we know of something newer, it came back."""
        self._gone[uid] = version
        if len(self._gone) > GONE_REMEMBERED:
            self._gone.popitem(last=False)
        entry = self._entries.get(name)
        if entry and entry.uid == uid and entry.version <= version:
            self._forget(name, entry)

    def _forget(self, name: Name, entry: _Entry[Row]) -> None:
        del self._entries[name]
        names = self._names[entry.stack]
        names.discard(name)
        if not names:
            del self._names[entry.stack]
        self._on_change(entry.stack)


def _unversioned(row: object) -> object:
    """Return what of a row matters to anybody: a new resource version alone is no change."""
    return replace(row, resource_version="") if isinstance(row, Child) else row
