"""What the functions of values.py and numbers.py have in common: how they fail, and how they call what they got."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from composestack.compose.scalars import Timestamp
from composestack.compose.tree import Map, Seq


class Unreadable(ValueError):
    """A value of a right type whose content means nothing.

    Compose checks the types after every document, and reads contents when all documents are merged.
    """


def read(parse: Callable[[str], Any], text: str) -> Any:
    """Read a string; what is wrong with it is wrong with its content."""
    try:
        return parse(text)
    except ValueError as error:
        raise Unreadable(str(error)) from error


def kind(value: object) -> str:
    """Name the type of a value in the words of YAML."""
    for types, name in _KINDS:
        if isinstance(value, types):
            return name
    return "a number"


_KINDS: tuple[tuple[Any, str], ...] = (
    (bool, "a boolean"),
    (str, "a string"),
    (Map, "a mapping"),
    (Seq, "a list"),
    (Timestamp, "a date"),
    (type(None), "null"),
)
