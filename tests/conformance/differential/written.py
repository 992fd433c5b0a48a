"""YAML text of values: a writer that can write everything in more than one way, unlike those of libraries."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Plain:
    """A scalar without quotes; the reader decides on its type."""

    text: str


@dataclass(frozen=True)
class Anchored:
    """A value that `Alias(name)` stands for later."""

    name: str
    value: Any


@dataclass(frozen=True)
class Alias:
    name: str


@dataclass(frozen=True)
class Tagged:
    tag: str
    value: Any


@dataclass(frozen=True)
class Pairs:
    """A mapping that may have a key more than once."""

    items: tuple[tuple[Any, Any], ...]


@dataclass(frozen=True)
class Literal:
    """Lines of text; where blocks cannot be, they are quoted."""

    text: str


def write(value: Any, flow: int = 3) -> str:
    """Return a document; containers nested `flow` deep and deeper are written in brackets."""
    return _block(value, flow, "") if _is_block(value, flow) else f"{_flow(value)}\n"


def _is_block(value: Any, flow: int) -> bool:
    if isinstance(value, Anchored | Tagged):
        return _is_block(value.value, flow)
    return isinstance(value, Literal) or (flow > 0 and isinstance(value, dict | list | Pairs) and bool(_entries(value)))


def _entries(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, Pairs):
        return list(value.items)
    return list(value.items()) if isinstance(value, dict) else [(None, item) for item in value]


def _block(value: Any, flow: int, indent: str) -> str:
    """Return lines that begin behind a key or dash, or at the start of a document."""
    if isinstance(value, Anchored):
        return f"&{value.name}{_behind(value.value, flow, indent)}"
    if isinstance(value, Tagged):
        return f"{value.tag}{_behind(value.value, flow, indent)}"
    if isinstance(value, Literal):
        lines = "".join(f"{indent}  {line}\n" for line in value.text.split("\n"))
        return f"|-\n{lines}"
    return "".join(_entry(value, key, item, flow, indent) for key, item in _entries(value))


def _entry(container: Any, key: Any, item: Any, flow: int, indent: str) -> str:
    begin = f"{indent}-" if isinstance(container, list) else f"{indent}{_flow(key)}:"
    return begin + _behind(item, flow - 1, indent)


def _behind(value: Any, flow: int, indent: str) -> str:
    if not _is_block(value, flow):
        return f" {_flow(value)}\n"
    text = _block(value, flow, indent + "  ")
    return f" {text}" if isinstance(value, Anchored | Tagged | Literal) else f"\n{text}"


def _flow(value: Any) -> str:
    if isinstance(value, Plain):
        return value.text
    if isinstance(value, Alias):
        return f"*{value.name} "
    if isinstance(value, Anchored | Tagged):
        mark = f"&{value.name}" if isinstance(value, Anchored) else value.tag
        return f"{mark} {_flow(value.value)}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, dict | Pairs):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(item)}" for key, item in _entries(value)) + "}"
    return json.dumps(value.text if isinstance(value, Literal) else value, ensure_ascii=False)
