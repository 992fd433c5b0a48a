"""Tables of attribute patterns such as `services.*.ports`, compiled so that a walk finds its rules as it goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from composestack.compose.tree import Map, Seq

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


def rewritten(value: Any, pattern: Pattern[T], apply: Callable[[T, Any], Any]) -> Any:
    """Return a tree in which `apply` made new values where the patterns have rules. What did not change is shared."""
    if pattern.rule is not None:
        return apply(pattern.rule, value)
    if isinstance(value, Map):
        children, every = pattern.children, pattern.every
        changes = {
            key: new
            for key, each in value.items()
            if (below := children.get(key, every)) is not None and (new := rewritten(each, below, apply)) is not each
        }
        return changed(value, changes) if changes else value
    if isinstance(value, Seq) and pattern.every is not None:
        return value.holding(rewritten(each, pattern.every, apply) for each in value)
    return value


def changed(value: Map, changes: Mapping[str, Any]) -> Map:
    """Return a mapping with some values replaced or added."""
    return Map({**value, **changes}, value.marks, value.file, value.tags)
