"""Where something was written, for those who know it only by the path that messages show."""

from __future__ import annotations

from typing import Any

from composestack.compose.report import find
from composestack.compose.tree import Map, Mark, Path, Seq


def place(document: Map, path: str) -> Mark:
    """Return where `services.web.ports[0]` was written, or the nearest of its parents; UNKNOWN if none was.

    Keys may hold dots (`services.web.labels.com.example.team`): the longest key that fits is meant.
    """
    return find(document, _parts(document, path))


def _parts(node: Any, path: str) -> Path:
    """Split a path along a document, as far as that goes."""
    parts: list[str | int] = []
    while path:
        index, bracket, rest = path[1:].partition("]") if path.startswith("[") else ("", "", "")
        if bracket and index.isdigit():
            part: str | int = int(index)
        else:
            part = _key(node, path)
            rest = path[len(part) :]
        parts.append(part)
        node = _child(node, part)
        path = rest.removeprefix(".")
    return tuple(parts)


def _key(node: Any, path: str) -> str:
    """Return the longest key of a mapping that a path begins with, else its first segment."""
    keys = node if isinstance(node, Map) else ()
    fitting = [key for key in keys if path == key or path.startswith((f"{key}.", f"{key}["))]
    if fitting:
        return max(fitting, key=len)
    # In a list in the form `name=value`, all that is left is the name.
    return path if isinstance(node, Seq) else path.partition(".")[0].partition("[")[0] or path


def _child(node: Any, part: str | int) -> Any:
    if isinstance(node, Map) and isinstance(part, str):
        return node.get(part)
    return node[part] if isinstance(node, Seq) and isinstance(part, int) and part < len(node) else None
