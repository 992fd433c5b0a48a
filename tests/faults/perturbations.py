"""Every field of a resource, changed as its schema allows: minimal, maximal, empty, removed (Acto, SOSP '23)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

LONG = 253
"""Characters of a maximal text: the longest name that Kubernetes knows."""

KEYS = ("web", "db", "x" * LONG)
"""Keys of maps: most maps of the resource are by service."""

SAMPLES = ("x", "1", "9" * 18 + "Gi")
"""Texts for fields with a pattern."""

BROKEN = "services: ["
DOCUMENTS: tuple[Any, ...] = ("", "services: {}", BROKEN, 0, [], {}, {"services": {"web": {"image": "nginx"}}})
"""Values where the schema says nothing, because Compose does."""

Schema = dict[str, Any]
Spec = dict[str, Any]
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Perturbation:
    """One change of a spec. `path` is the field in the schema's words, such as `env[].name`."""

    path: str
    what: str
    spec: Spec

    @property
    def kind(self) -> str:
        """What it is of any field; "broken" if it is what the schema takes and the operator must not; else "other"."""
        if (self.path, self.what) == ("compose", repr(BROKEN)):
            return "broken"
        return self.what if self.what in {"removed", "empty", "minimal", "maximal"} else "other"

    def __str__(self) -> str:
        return f"{self.path} {self.what}"


def perturbations(schema: Schema, spec: Spec) -> Iterator[Perturbation]:
    """Yield all changes of one field of a spec."""
    for path, place, field in fields(schema):
        for what, value in values(field):
            yield Perturbation(path, what, written(spec, place, value))
        yield Perturbation(path, "removed", removed(spec, place))


def fields(schema: Schema, path: str = "", place: Place = ()) -> Iterator[tuple[str, Place, Schema]]:
    """Yield every field below: its path in the schema, where to write it in a spec, and its own schema."""
    for name, field in schema.get("properties", {}).items():
        below = f"{path}.{name}" if path else name
        yield below, (*place, name), field
        yield from fields(field, below, (*place, name))
    if "items" in schema:
        yield f"{path}[]", (*place, 0), schema["items"]
        yield from fields(schema["items"], f"{path}[]", (*place, 0))
    if isinstance(schema.get("additionalProperties"), dict):
        yield f"{path}{{}}", (*place, KEYS[0]), schema["additionalProperties"]


def values(schema: Schema) -> Iterator[tuple[str, Any]]:
    """Yield what a field may hold at its extremes, by name."""
    match schema:
        case {"enum": choices}:
            yield from ((str(choice), choice) for choice in choices)
        case {"type": "boolean"}:
            yield from (("false", False), ("true", True))
        case {"type": "string"}:
            yield from (("empty", ""), ("minimal", minimal(schema)), ("maximal", maximal(schema)))
        case {"type": "array"}:
            yield from (("empty", []), ("minimal", [minimal(schema["items"])]))
            yield "maximal", [maximal(schema["items"]), minimal(schema["items"])]
        case {"type": "object"}:
            yield from (("empty", {}), ("minimal", minimal(schema)), ("maximal", maximal(schema)))
        case _:
            yield from ((repr(value), value) for value in DOCUMENTS)


def minimal(schema: Schema) -> Any:
    """Return the least that the schema takes."""
    value: Any
    match schema:
        case {"enum": [first, *_]}:
            value = first
        case {"type": "boolean"}:
            value = False
        case {"type": "string"}:
            value = next(text for text in SAMPLES if re.search(schema.get("pattern", ""), text))
        case {"type": "array"}:
            value = []
        case {"additionalProperties": dict(below)}:
            value = {KEYS[0]: minimal(below)}
        case {"type": "object"}:
            value = {name: minimal(schema["properties"][name]) for name in schema.get("required", ())}
        case _:
            value = DOCUMENTS[0]
    return value


def maximal(schema: Schema) -> Any:
    """Return all that the schema knows, and long."""
    value: Any
    match schema:
        case {"enum": [*_, last]}:
            value = last
        case {"type": "boolean"}:
            value = True
        case {"type": "string", "pattern": pattern}:
            value = next(text for text in reversed(SAMPLES) if re.search(pattern, text))
        case {"type": "string"}:
            value = "x" * LONG
        case {"type": "array", "items": items}:
            value = [maximal(items)]
        case {"additionalProperties": dict(below)}:
            value = {key: maximal(below) for key in KEYS}
        case {"type": "object"}:
            value = {name: maximal(field) for name, field in schema.get("properties", {}).items()}
        case _:
            value = DOCUMENTS[-1]
    return value


def written(spec: Spec, place: Place, value: Any) -> Spec:
    """Return the spec with this value there; what is missing on the way comes into being."""
    changed = deepcopy(spec)
    within: Any = changed
    for part, following in pairwise(place):
        if isinstance(part, int):
            within += [{}] * (part + 1 - len(within))
        elif part not in within:
            within[part] = [] if isinstance(following, int) else {}
        within = within[part]
    last = place[-1]
    if isinstance(last, int) and last == len(within):
        within.append(value)
    else:
        within[last] = value
    return changed


def removed(spec: Spec, place: Place) -> Spec:
    """Return the spec without what is there."""
    changed = deepcopy(spec)
    within: Any = changed
    for part in place[:-1]:
        if (isinstance(part, int) and part >= len(within)) or (isinstance(part, str) and part not in within):
            return changed
        within = within[part]
    if place[-1] in within or (isinstance(place[-1], int) and within):
        del within[place[-1]]
    return changed
