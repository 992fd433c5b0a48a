"""Entries of lists that lack what tells them apart, or what they mount. It is an error in what is not active, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from composestack.compose.tree import Map, Path, Seq

SECTIONS = ("services", "jobs")
UNTARGETED: Mapping[str, str] = {
    "volumes": "target is missing; add the path in the container",
    "devices": "target is missing; add the path in the container",
    "ports": "target is missing; add the port of the container",
}
"""Lists in which an entry is known by its target, and what to say of one without."""

NEVER_NULL = frozenset({"build", "depends_on", "env_file", "gpus", "ports"})


def untargeted(document: Map) -> Iterator[tuple[Path, str]]:
    """Yield each mount, device and port of a canonical document that has no target, and what to do about it."""
    for place, container in _containers(document):
        for attribute, message in UNTARGETED.items():
            if attribute in container:
                for path, entry in _entries(place, container, attribute):
                    if "target" not in entry:
                        yield path, message


def null(document: Map) -> Iterator[tuple[Path, str]]:
    """Yield each attribute with a short form that is null. It is an error even in a service that others complete."""
    for place, container in _containers(document):
        for attribute in sorted(NEVER_NULL & container.keys()):
            if container[attribute] is None:
                yield (*place, attribute), "must not be null; give it a value or remove the line"


def unsourced(document: Map) -> Iterator[tuple[Path, str]]:
    """Yield each bind mount of a canonical document that says no path; where paths are resolved, it must."""
    for place, container in _containers(document):
        for each, mounting in ((place, container), *_entries(place, container, "pre_start")):
            for path, entry in _entries(each, mounting, "volumes"):
                if entry.get("type") == "bind" and "source" not in entry:
                    yield path, "source is missing; a bind mount needs the path of a file or directory"


def _containers(document: Map) -> Iterator[tuple[Path, Map]]:
    for section in SECTIONS:
        entries = document.get(section)
        for name, entry in entries.items() if isinstance(entries, Map) else ():
            if isinstance(entry, Map):
                yield (section, name), entry


def _entries(place: Path, container: Map, attribute: str) -> Iterator[tuple[Path, Map]]:
    entries: Any = container.get(attribute)
    for index, entry in enumerate(entries if isinstance(entries, Seq) else ()):
        if isinstance(entry, Map):
            yield (*place, attribute, index), entry
