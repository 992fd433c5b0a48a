"""Files that are read into attributes: `env_file`, and the entries of `include`."""

from __future__ import annotations

from typing import Any

from composestack.compose.canonical.expansion import expand, scalar
from composestack.compose.tree import Map, Mark, Seq


def env_files(value: Any, mark: Mark) -> Any:
    """Turn a path, or each path of a list, into the long form."""
    if isinstance(value, str):
        return Seq([_env_file(value, mark)], [mark])
    if not isinstance(value, Seq):
        return value
    return value.holding(_env_file(entry, value.mark(index)) for index, entry in enumerate(value))


def _env_file(entry: Any, mark: Mark) -> Any:
    if isinstance(entry, str):
        return expand({"path": entry, "required": True}, mark)
    if isinstance(entry, Map):
        entry.setdefault("required", True)
    return entry


def env_file_key(entry: Any) -> object:
    """An environment file is read once."""
    return scalar(entry.get("path")) if isinstance(entry, Map) else None


def inclusion(value: Any, mark: Mark) -> Any:
    """Turn one path into the long form, with lists of paths."""
    if isinstance(value, str):
        return expand({"path": Seq([value], [mark])}, mark)
    if isinstance(value, Map):
        for key in ("path", "env_file"):
            if isinstance(value.get(key), str):
                value[key] = Seq([value[key]], [value.mark(key)])
    return value
