"""The tree of a Compose document before it has a model: plain values in containers that know where each was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


NO_TAGS: Mapping[str, Tag] = MappingProxyType({})
"""What nearly all mappings have: one object, as there are many mappings."""


COLUMNS = 2**21
"""More columns than a line can have. A place of a known file is one number, `line * COLUMNS + column`, both from 0:
there are as many as values, and the garbage collector looks at tuples, not at numbers.
"""


def _unpacked(mark: int, file: str) -> Mark:
    line, column = divmod(mark, COLUMNS)
    return file, line + 1, column + 1


class Map(dict[str, Any]):
    """A mapping; `marks` has the position of each key, and travels with the key through merges.

    A mark that is a number (see COLUMNS) is a place of `file`. `tags` has the keys whose value is tagged. A key
    tagged `!reset` is in `tags` only: the mapping does not hold it.
    Values are str, int, float, bool, None, Timestamp, Map or Seq.
    """

    __slots__ = ("file", "marks", "tags")

    def __init__(
        self,
        values: Mapping[str, Any] | Iterable[tuple[str, Any]] = (),
        marks: dict[str, Mark | int] | None = None,
        file: str = "",
        tags: Mapping[str, Tag] = NO_TAGS,
    ) -> None:
        if values:
            self.update(values)
        self.marks: dict[str, Mark | int] = {} if marks is None else marks
        self.tags = tags
        self.file = file

    def tag(self, key: str, tag: Tag) -> None:
        """Note that the value of `key` is tagged."""
        if not isinstance(self.tags, dict):
            self.tags = {}
        self.tags[key] = tag

    def mark(self, key: str) -> Mark:
        """Return where `key` was written, or UNKNOWN."""
        mark = self.marks.get(key, UNKNOWN)
        return _unpacked(mark, self.file) if isinstance(mark, int) else mark

    def holding(self, values: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> Map:
        """Return a mapping of other values, written at the places of this one (marks are shared), without tags."""
        return Map(values, self.marks, self.file)


class Seq(list[Any]):
    """A list; `marks` has the position of each item, index by index, as in Map."""

    __slots__ = ("file", "marks")

    def __init__(self, items: Iterable[Any] = (), marks: list[Mark | int] | None = None, file: str = "") -> None:
        if items:
            self.extend(items)
        self.marks: list[Mark | int] = [] if marks is None else marks
        self.file = file

    def mark(self, index: int) -> Mark:
        """Return where the item at `index` was written, or UNKNOWN."""
        mark = self.marks[index] if index < len(self.marks) else UNKNOWN
        return _unpacked(mark, self.file) if isinstance(mark, int) else mark

    def holding(self, items: Iterable[Any]) -> Seq:
        """Return a list of other items, written at the places of these (marks are shared)."""
        return Seq(items, self.marks, self.file)


def copied(value: Any) -> Any:
    """Return a tree that shares no container with the given one."""
    if isinstance(value, Map):
        items = [(key, copied(item)) for key, item in value.items()]
        return Map(items, value.marks.copy(), value.file, dict(value.tags) if value.tags else NO_TAGS)
    return Seq(map(copied, value), value.marks.copy(), value.file) if isinstance(value, Seq) else value


def join(path: Iterable[str | int]) -> str:
    """Write a path as messages show it: `services.web.ports[0]`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text
