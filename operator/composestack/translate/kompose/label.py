"""One label of kompose: where in `x-kubernetes` its value belongs, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from composestack.translate.refusal import Refusal


class Label(NamedTuple):
    """What a label means: a place in `x-kubernetes`, a reader (it returns None for what it cannot read), and in words
    which values there are.
    """

    place: str
    read: Callable[[str], Any]
    values: str


Table = Mapping[str, tuple[Label, ...]]
"""The meanings of each label. The first that can read a value has it."""


class Migrated(NamedTuple):
    """What labels say, in the form of `x-kubernetes`, and for each path there the one of its label."""

    written: Mapping[str, Any]
    origins: Mapping[str, str]
    problems: tuple[Refusal, ...]


def text(value: str) -> str | None:
    """Read any text but an empty one."""
    return value.strip() or None


def texts(value: str) -> list[str] | None:
    """Read a list of one text."""
    return [value.strip()] if value.strip() else None


def number(least: int, most: int) -> Callable[[str], int | None]:
    """Return a reader of whole numbers from `least` to `most`."""

    def read(value: str) -> int | None:
        plain = value.strip()
        return int(plain) if plain.isdecimal() and least <= int(plain) <= most else None

    return read


def boolean(value: str) -> bool | None:
    """Read true or false."""
    return {"true": True, "false": False}.get(value.strip().lower())


def one_of(*words: str) -> Callable[[str], str | None]:
    """Return a reader of these words, in upper or lower case."""
    known = {word.lower(): word for word in words}
    return lambda value: known.get(value.strip().lower())
