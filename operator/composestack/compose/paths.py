"""Relative paths: which attributes have them, and from where they count.

A file that is included or extended counts paths from its own directory; in the result they all count from the project
directory, or are absolute if the caller says where the project directory is.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from composestack.compose.patterns import changed, compile_table, rewritten
from composestack.compose.tree import Map

REMOTE = re.compile(r"(https?://|git://|ssh://|oci://|git@|github\.com/|file://)")
_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\")


@dataclass(frozen=True, slots=True)
class Base:
    """The directory from which relative paths count, and what `~` stands for (None: it stays as it is)."""

    directory: str
    home: str | None = None
    complete: bool = True
    """Whether the documents are complete, so that a build without context has this directory as its context."""

    def path(self, path: str) -> str:
        """Return `path` as seen from where the directory is named."""
        if self.home is not None and path.startswith("~"):
            path = join(self.home, path[1:].lstrip("/"))
        return path if path.startswith(("/", "~")) or not path else join(self.directory, path)


def join(directory: str, path: str) -> str:
    """Return the path of `path` below `directory`, without `.`, `..` and doubled slashes where they can be resolved."""
    return posixpath.normpath(posixpath.join(directory, path)) if path else posixpath.normpath(directory)


def relative(path: str, start: str) -> str:
    """Return `path` as seen from the directory `start`. Both count from one place, which this does not need to know."""
    ahead, back = (posixpath.normpath(each).split("/") for each in (path, start))
    ahead, back = ([part for part in parts if part not in {"", "."}] for parts in (ahead, back))
    while ahead and back and ahead[0] == back[0]:
        del ahead[0], back[0]
    return "/".join([".."] * len(back) + ahead) or "."


def is_outside(path: str) -> bool:
    """Tell whether a normalised path relative to the root leaves it."""
    return path.startswith("/") or path == ".." or path.startswith("../")


def is_remote(path: str) -> bool:
    """Tell whether a path names something on another host."""
    return REMOTE.match(path) is not None


def _plain(value: Any, base: Base) -> Any:
    return base.path(value) if isinstance(value, str) else value


def _host(value: Any, base: Base) -> Any:
    """A path on the host that runs containers, which may be Windows."""
    if not isinstance(value, str) or _WINDOWS.match(value):
        return value
    return base.path(value) or base.directory


def _context(value: Any, base: Base) -> Any:
    if not isinstance(value, str) or "://" in value or value.startswith("service:") or is_remote(value):
        return value
    return base.path(value)


def _build(value: Any, base: Base) -> Any:
    if not isinstance(value, Map):
        return value
    changes: dict[str, Any] = {"context": base.path(".")} if base.complete else {}
    if "context" in value:
        changes["context"] = _context(value["context"], base)
    for key, rule in (("additional_contexts", _context), ("ssh", _host)):
        if isinstance(paths := value.get(key), Map):
            changes[key] = changed(paths, {name: rule(path, base) for name, path in paths.items()})
    return changed(value, changes)


def _mount(value: Any, base: Base) -> Any:
    if isinstance(value, Map) and value.get("type") == "bind" and "source" in value:
        return changed(value, {"source": _host(value["source"], base)})
    return value


def _bind_volume(value: Any, base: Base) -> Any:
    """A volume of the local driver with `o: bind` is a bind mount."""
    options = value.get("driver_opts") if isinstance(value, Map) and value.get("driver") == "local" else None
    if isinstance(options, Map) and options.get("o") == "bind" and "device" in options:
        return changed(value, {"driver_opts": changed(options, {"device": _host(options["device"], base)})})
    return value


Rule = Callable[[Any, Base], Any]
_CONTAINER: dict[str, Rule] = {"env_file.*.path": _plain, "label_file.*": _plain, "volumes.*": _mount}
TABLE: dict[str, Rule] = {
    **{f"services.*.pre_start.*.{path}": rule for path, rule in _CONTAINER.items()},
    **{
        f"{section}.*.{path}": rule
        for section in ("services", "jobs")
        for path, rule in {**_CONTAINER, "build": _build}.items()
    },
    "services.*.develop.watch.*.path": _plain,
    "configs.*.file": _host,
    "secrets.*.file": _host,
    "volumes.*": _bind_volume,
}
_PATTERNS = compile_table(TABLE)


def relocated(document: Map, base: Base) -> Map:
    """Return a canonical document whose relative paths are seen from where `base.directory` is named."""
    result = rewritten(document, _PATTERNS, lambda rule, value: rule(value, base))
    assert isinstance(result, Map)
    return result
