"""JSON patches (RFC 6902), with the pointers of RFC 6901."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from composestack.translate.patching.problem import BadPatch

END = "-"
"""The place after the last item of a list (RFC 6901, section 4)."""


def applied(document: Any, operations: Sequence[Any]) -> Any:
    """Return a document after a sequence of operations, each on the outcome of the one before. Raises BadPatch."""
    document = deepcopy(document)
    for index, operation in enumerate(operations):
        try:
            _run(document, operation)
        except BadPatch as bad:
            raise BadPatch(bad.message, bad.remedy, f"[{index}]{bad.place}") from None
    return document


def _run(document: Any, operation: Any) -> None:
    name = str(operation.get("op")) if isinstance(operation, Mapping) else ""
    if name not in _OPERATIONS:
        raise BadPatch("is no operation", f"write op: {', '.join(_OPERATIONS)}")
    run, *needed = _OPERATIONS[name]
    missing = [each for each in ("path", *needed) if each not in operation]
    if missing:
        raise BadPatch(f"{name} needs {missing[0]}", "write it")
    run(document, operation)


def _add(document: Any, operation: Mapping[str, Any]) -> None:
    _insert(document, operation["path"], deepcopy(operation["value"]))


def _remove(document: Any, operation: Mapping[str, Any]) -> None:
    holder, step = _found(document, operation["path"])
    del holder[step]


def _replace(document: Any, operation: Mapping[str, Any]) -> None:
    holder, step = _found(document, operation["path"])
    holder[step] = deepcopy(operation["value"])


def _move(document: Any, operation: Mapping[str, Any]) -> None:
    if operation["path"].startswith(f"{operation['from']}/"):
        raise BadPatch("nothing can be moved into itself", "choose another path", ".path")
    holder, step = _found(document, operation["from"], ".from")
    value = holder[step]
    del holder[step]
    _insert(document, operation["path"], value)


def _copy(document: Any, operation: Mapping[str, Any]) -> None:
    holder, step = _found(document, operation["from"], ".from")
    _insert(document, operation["path"], deepcopy(holder[step]))


def _test(document: Any, operation: Mapping[str, Any]) -> None:
    holder, step = _found(document, operation["path"])
    if holder[step] != operation["value"]:
        raise BadPatch(f"the test fails: {operation['path']} is {holder[step]!r}", "correct the test", ".value")


_OPERATIONS: Mapping[str, Any] = {
    "add": (_add, "value"),
    "remove": (_remove,),
    "replace": (_replace, "value"),
    "move": (_move, "from"),
    "copy": (_copy, "from"),
    "test": (_test, "value"),
}
"""Each with the members that it needs besides `path` (RFC 6902, section 4)."""


def _insert(document: Any, pointer: str, value: Any) -> None:
    holder, name = _holder(document, pointer, ".path")
    if isinstance(holder, dict):
        holder[name] = value
        return
    position = len(holder) if name == END else _position(name)
    if position is None or position > len(holder):
        raise _nothing_at(pointer, ".path")
    holder.insert(position, value)


def _found(document: Any, pointer: str, place: str = ".path") -> tuple[Any, Any]:
    """Return a container and the key or index in it of what a pointer points to."""
    holder, name = _holder(document, pointer, place)
    return holder, _step(holder, name, pointer, place)


def _holder(document: Any, pointer: Any, place: str) -> tuple[Any, str]:
    """Return the container of what a pointer points to, and the last step to it."""
    if not isinstance(pointer, str) or not pointer.startswith("/"):
        raise BadPatch(f"{pointer!r} is no pointer", "write it as /spec/replicas", place)
    *steps, last = [step.replace("~1", "/").replace("~0", "~") for step in pointer[1:].split("/")]
    for step in steps:
        document = document[_step(document, step, pointer, place)]
    if not isinstance(document, dict | list):
        raise _nothing_at(pointer, place)
    return document, last


def _step(holder: Any, name: str, pointer: str, place: str) -> Any:
    """Return the key or index of a step, if there is something."""
    if isinstance(holder, dict) and name in holder:
        return name
    position = _position(name) if isinstance(holder, list) else None
    if position is None or position >= len(holder):
        raise _nothing_at(pointer, place)
    return position


def _position(step: str) -> int | None:
    """Return an index; RFC 6901 knows no leading zeros."""
    return int(step) if step.isascii() and step.isdecimal() and (step == "0" or step[0] != "0") else None


def _nothing_at(pointer: str, place: str) -> BadPatch:
    remedy = "correct the pointer; `composestack convert` shows what there is"
    return BadPatch(f"there is nothing at {pointer}", remedy, place)
