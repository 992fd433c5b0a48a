"""`build` and its parts (Compose Build Specification)."""

from __future__ import annotations

from typing import Any

from composestack.compose.canonical.expansion import Malformed, expand
from composestack.compose.tree import Map, Mark, Seq


def build(value: Any, mark: Mark) -> Any:
    """A single string is the context."""
    return expand({"context": value}, mark) if isinstance(value, str) else value


def ssh(value: Any, mark: Mark) -> Any:
    """Turn a list of `id=path`, or `default` alone, into a mapping."""
    if not isinstance(value, Seq):
        return value
    result = Map()
    for index, item in enumerate(value):
        identifier, equals, path = item.partition("=") if isinstance(item, str) else ("", "", "")
        if not equals and identifier != "default":
            raise Malformed("must be written as id=path; only default has no path", index)
        if item in value[:index]:
            raise Malformed(f"{item!r} is there twice; remove one of them", index)
        result[identifier] = path if equals else None
        result.marks[identifier] = value.mark(index)
    return result
