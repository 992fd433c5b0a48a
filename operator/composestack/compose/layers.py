"""One document over another: merged, freed of repeats, and checked before the next one goes over it.

Only what a document changes is looked at, so that many small documents over a large one cost what they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from composestack.compose import validate
from composestack.compose.canonical.unique import unique
from composestack.compose.extends import Budget
from composestack.compose.include import SECTIONS
from composestack.compose.merge import merge
from composestack.compose.model import Project
from composestack.compose.patterns import changed
from composestack.compose.report import Report
from composestack.compose.tree import Map

MAX_DOCUMENTS = 500
"""How many documents an application may have, in all its files."""
MAX_VALUES = 60_000
"""How many values the documents may touch that go over others, all together; one in a service touches the service."""


@dataclass(slots=True)
class Layers:
    """Puts the documents of one load over each other. What is wrong goes to the report."""

    report: Report
    checked: bool = True
    """Whether documents are checked; with variables in them, they cannot be."""
    _documents: int = 0
    _budget: Budget = field(default_factory=lambda: Budget(MAX_VALUES))

    def over(self, base: Layered, document: Map, *, checked: bool = True) -> Layered:
        """Return what is with `document` on top, and check what is below. Raises InvalidCompose beyond a limit."""
        self._documents += 1
        if self._documents > MAX_DOCUMENTS:
            message = f"the application has more than {MAX_DOCUMENTS} documents; merge some of them"
            self.report.fail(document, tuple(document)[:1], message)
        if checked and base.fresh:
            self.check(base.fresh)
        merged = merge(base.document, document, self.report)
        fresh = unique(_fresh(base.document, merged))
        if base.document and not self._budget.spend(fresh):
            message = f"documents go over more than {MAX_VALUES} values of those before them; merge some of them"
            self.report.fail(document, tuple(document)[:1], message)
        return Layered(_with(merged, fresh), fresh)

    def check(self, document: Map) -> Project | None:
        """Check a document that others may go over, and return its model."""
        return validate.document(document, self.report, complete=False) if self.checked else None


@dataclass(frozen=True, slots=True)
class Layered:
    """A merged document, and what of it the last document changed."""

    document: Map = field(default_factory=Map)
    fresh: Map = field(default_factory=Map)


_ABSENT = object()


def _fresh(base: Map, merged: Map) -> Map:
    """Return what of `merged` is not in `base`, entry by entry in the sections."""
    result: dict[str, Any] = {}
    for key, value in merged.items():
        before = base.get(key, _ABSENT)
        if key in SECTIONS and isinstance(value, Map) and isinstance(before, Map):
            entries = {name: entry for name, entry in value.items() if entry is not before.get(name, _ABSENT)}
            if entries:
                result[key] = value.holding(entries)
        elif value is not before:
            result[key] = value
    return merged.holding(result)


def _with(document: Map, parts: Mapping[str, Any]) -> Map:
    """Return the document with parts of it, as `_fresh` returns them, replaced."""
    changes = {}
    for key, part in parts.items():
        entries = document[key]
        is_section = key in SECTIONS and isinstance(entries, Map) and isinstance(part, Map)
        changes[key] = changed(entries, part) if is_section else part
    return changed(document, changes)
