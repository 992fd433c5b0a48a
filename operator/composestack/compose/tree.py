"""The tree of a Compose document before it has a model: plain values in containers that know where each was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

Mark = tuple[str, int, int]
"""Where something was written: file, line, column. Lines and columns count from 1; 0 means unknown."""

UNKNOWN: Mark = ("", 0, 0)

Path = tuple[str | int, ...]
"""The keys and indexes that lead from the top of a document to a value."""


class Tag(StrEnum):
    """The two YAML tags of the Compose Specification ("Merge and override")."""

    RESET = "!reset"
    OVERRIDE = "!override"


_NO_TAGS: Mapping[str, Tag] = MappingProxyType({})


class Map(dict[str, Any]):
    """A mapping; `marks` has the position of each key, and travels with the key through merges.

    `tags` has the keys whose value is tagged. A key tagged `!reset` is in `tags` only: the mapping does not hold it.
    Values are str, int, float, bool, None, Timestamp, Map or Seq.
    """

    __slots__ = ("marks", "tags")

    def __init__(
        self,
        values: Mapping[str, Any] | Iterable[tuple[str, Any]] = (),
        marks: dict[str, Mark] | None = None,
        tags: Mapping[str, Tag] = _NO_TAGS,
    ) -> None:
        if values:
            super().__init__(values)
        self.marks: dict[str, Mark] = {} if marks is None else marks
        self.tags = tags

    def mark(self, key: str) -> Mark:
        """Return where `key` was written, or UNKNOWN."""
        return self.marks.get(key, UNKNOWN)


class Seq(list[Any]):
    """A list; `marks` has the position of each item, index by index."""

    __slots__ = ("marks",)

    def __init__(self, items: Iterable[Any] = (), marks: list[Mark] | None = None) -> None:
        if items:
            super().__init__(items)
        self.marks: list[Mark] = [] if marks is None else marks

    def mark(self, index: int) -> Mark:
        """Return where the item at `index` was written, or UNKNOWN."""
        return self.marks[index] if index < len(self.marks) else UNKNOWN


def join(path: Iterable[str | int]) -> str:
    """Write a path as messages show it: `services.web.ports[0]`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def removals(document: Map) -> Iterator[Path]:
    """Yield the paths that a document tags `!reset` or `!override`: what earlier documents say there is forgotten.

    Lists are not entered: Compose cannot address the items of another document's list.
    """
    pending: list[tuple[Path, Map]] = [((), document)]
    while pending:
        path, node = pending.pop()
        for key in node.tags:
            yield (*path, key)
        pending += [((*path, key), value) for key, value in node.items() if type(value) is Map and key not in node.tags]
