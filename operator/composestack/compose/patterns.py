"""Tables of attribute patterns such as `services.*.ports`, compiled so that a walk finds its rules as it goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

T = TypeVar("T")


class Pattern(Generic[T]):
    """What a table says about one attribute (`rule`) and about those below it. `*` stands for any key or item."""

    __slots__ = ("children", "every", "rule")

    def __init__(self) -> None:
        self.rule: T | None = None
        self.every: Pattern[T] | None = None
        self.children: dict[str, Pattern[T]] = {}

    def child(self, key: str) -> Pattern[T] | None:
        """Return what the table says about the value at a key; a pattern that names the key precedes `*`."""
        return self.children.get(key, self.every)

    def _descend(self, part: str) -> Pattern[T]:
        if part != "*":
            return self.children.setdefault(part, Pattern())
        if self.every is None:
            self.every = Pattern()
        return self.every


def compile_table(table: Mapping[str, T]) -> Pattern[T]:
    """Return the patterns of a table as a tree."""
    root: Pattern[T] = Pattern()
    for path, rule in table.items():
        node = root
        for part in path.split("."):
            node = node._descend(part)
        node.rule = rule
    return root
