"""How the functions of this package build what a short form stands for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from composestack.compose.tree import Map, Mark, Seq


class Malformed(ValueError):
    """A short form that stands for nothing, or several of one list: `items` has what is wrong with them by index."""

    def __init__(
        self, message: str, index: int | None = None, others: Mapping[int, str] = MappingProxyType({})
    ) -> None:
        super().__init__(message)
        self.items = {**others} if index is None else {**others, index: message}


class TooMany(ValueError):
    """The item of a list at which it stands for more than a limit allows."""

    def __init__(self, message: str, index: int) -> None:
        super().__init__(message)
        self.index = index


def scalar(value: Any) -> Any:
    """Return a value that can be a key; None for a mapping or a list, which the model will refuse."""
    return None if isinstance(value, (Map, Seq)) else value


def expand(values: Mapping[str, Any], mark: Mark) -> Map:
    """Return the mapping that a short form written at `mark` stands for; values that are None are left out."""
    if None in values.values():
        values = {key: value for key, value in values.items() if value is not None}
    return Map(values, dict.fromkeys(values, mark))


def listed(value: Any, mark: Mark) -> Any:
    """A single string stands for a list of one (`dns`, `tmpfs`, `label_file`, …)."""
    return Seq([value], [mark]) if isinstance(value, str) else value


def listed_present(value: Any, mark: Mark) -> Any:
    """As `listed`, and what is empty is left out (`dns`)."""
    value = listed(value, mark)
    if not isinstance(value, Seq) or "" not in value:
        return value
    kept = [(item, value.mark(index)) for index, item in enumerate(value) if item != ""]
    return Seq((item for item, _ in kept), [each for _, each in kept])


def keyed(value: Any, mark: Mark) -> Any:
    """A list of names stands for a mapping of null (`networks`, `models`)."""
    return _keyed(value, None)


def _keyed(value: Any, entry: Mapping[str, Any] | None) -> Any:
    if not isinstance(value, Seq):
        return value
    result = Map()
    for index, name in enumerate(value):
        if not isinstance(name, str):
            raise Malformed("must be a name", index)
        if name in result:
            raise Malformed(f"{name!r} is there twice; remove one of them", index)
        result[name] = entry if entry is None else expand(entry, value.mark(index))
        result.marks[name] = value.mark(index)
    return result


def dependencies(value: Any, mark: Mark) -> Any:
    """A list of service names stands for dependencies on their start (`depends_on`)."""
    return _keyed(value, {"condition": "service_started", "required": True})


def pairs(value: Any, mark: Mark) -> Any:
    """A list of `key=value` stands for a mapping (`build.additional_contexts`)."""
    if not isinstance(value, Seq):
        return value
    result = Map()
    for index, item in enumerate(value):
        key, equals, content = item.partition("=") if isinstance(item, str) else ("", "", "")
        if not equals:
            raise Malformed("must be written as key=value", index)
        result[key] = content
        result.marks[key] = value.mark(index)
    return result
