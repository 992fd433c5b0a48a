"""Lists that a service has once per key: a later entry takes the place of an earlier one with the same key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from composestack.compose.canonical import files, mounts, ports
from composestack.compose.patterns import compile_table, rewritten
from composestack.compose.tree import Map, Seq

Key = Callable[[Any], object]


def name_key(entry: Any) -> object:
    """Return what makes an entry of a list of `name=value` or of plain words the same as another one."""
    return entry.split("=", 1)[0] if isinstance(entry, str) else (str(entry) if isinstance(entry, int) else None)


_UNIQUE: dict[str, Key] = {
    **dict.fromkeys(("annotations", "build.args", "build.labels", "build.tags", "cap_add", "cap_drop"), name_key),
    **dict.fromkeys(("deploy.labels", "dns", "dns_opt", "dns_search", "environment", "labels"), name_key),
    **dict.fromkeys(("links", "networks.*.aliases", "networks.*.link_local_ips", "profiles"), name_key),
    **dict.fromkeys(("sysctls", "tmpfs"), name_key),
    "configs": mounts.config_key,
    "devices": mounts.target_key,
    "env_file": files.env_file_key,
    "expose": ports.expose_key,
    "ports": ports.port_key,
    "secrets": mounts.secret_key,
    "volumes": mounts.target_key,
}
UNIQUE: dict[str, Key] = {
    **{f"services.*.{path}": key for path, key in _UNIQUE.items()},
    "networks.*.labels": name_key,
}
"""What tells the entries of a list apart, by attribute."""


_KEYS = compile_table(UNIQUE)


def unique(document: Map) -> Map:
    """Return a document with one entry per key in its lists. Trees are not changed, only shared."""
    result = rewritten(document, _KEYS, lambda key, value: _unique(value, key))
    assert isinstance(result, Map)
    return result


def _unique(value: Any, key: Key) -> Any:
    return without_repeated(value, key) if isinstance(value, Seq) else value


def without_repeated(items: Seq, key: Key) -> Seq:
    """Keep one item per key: the last, at the place of the first. Items whose key is None are all kept."""
    if len(items) < 2:
        return items
    keys = [key(item) for item in items]
    if len(set(keys)) == len(keys):
        return items
    places: dict[object, int] = {}
    result = Seq()
    for index, item in enumerate(items):
        place = places.get(keys[index]) if keys[index] is not None else None
        if place is None:
            places[keys[index]] = len(result)
            result.append(item)
            result.marks.append(items.mark(index))
        else:
            result[place] = item
            result.marks[place] = items.mark(index)
    return result
