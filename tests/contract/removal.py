"""Every key that a project has, and the project without one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from composestack.compose.model import Element, Project
from composestack.translate.extension.settings import KEY

Way = tuple[Any, ...]
"""The fields, keys and indexes that lead to a value."""


class Key(NamedTuple):
    """One written key or item: the way to it, the path of the attribute as in the catalog, and its value."""

    way: Way
    path: str
    value: Any


def keys(value: Any, way: Way = (), path: str = "") -> Iterator[Key]:
    """Yield everything that is written in a value."""
    for step, inner, name in _below(value, in_extension=KEY in path):
        below = f"{path}{name}" if name == "[]" or not path else f"{path}.{name}"
        yield Key((*way, step), below, inner)
        yield from keys(inner, (*way, step), below)


def _below(value: Any, *, in_extension: bool) -> Iterator[tuple[Any, Any, str]]:
    if isinstance(value, Element):
        for name in sorted(value.model_fields_set - {"extensions"}):
            yield name, getattr(value, name), type(value).model_fields[name].alias or name
        if KEY in value.extensions:
            yield KEY, value.extensions[KEY], KEY
    elif isinstance(value, Mapping):
        yield from ((key, inner, key if in_extension else "*") for key, inner in value.items())
    elif isinstance(value, tuple | list):
        yield from ((index, inner, "[]") for index, inner in enumerate(value))


class Needed(Exception):
    """There is no such element without this field."""


def without(value: Any, way: Way) -> Any:
    """Return a value without what is at the end of a way. Raises Needed."""
    step, *rest = way
    if isinstance(value, Element):
        return _element_without(value, step, tuple(rest))
    items = dict(value) if isinstance(value, Mapping) else dict(enumerate(value))
    items[step] = without(items[step], tuple(rest)) if rest else None
    left = {key: inner for key, inner in items.items() if rest or key != step}
    return left if isinstance(value, Mapping) else type(value)(left.values())


def _element_without(element: Element, name: str, rest: Way) -> Element:
    if name == KEY:
        extensions = without(element.extensions, (name, *rest))
        return element.model_copy(update={"extensions": extensions})
    if rest:
        return element.model_copy(update={name: without(getattr(element, name), rest)})
    field = type(element).model_fields[name]
    if field.is_required() or name in {"name", "target"}:
        raise Needed
    copy = element.model_copy(update={name: field.get_default(call_default_factory=True)})
    copy.__pydantic_fields_set__.discard(name)
    return copy


def at(value: Any, way: Way) -> Any:
    """Return what is at the end of a way."""
    for step in way:
        if isinstance(value, Element):
            value = value.extensions[KEY] if step == KEY else getattr(value, step)
        else:
            value = value[step]
    return value


def written_at(project: Project, path: str) -> Way:
    """Return the way to what a path in the document names, or to the nearest written thing above it."""
    found = [key.way for key in keys(project) if covers(place(key.way), path)]
    return max(found, key=len, default=())


def place(way: Way) -> str:
    """Return a way as notices and refusals write it: services.web.ports[0]."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in way)[1:]


def covers(above: str, path: str) -> bool:
    """Tell whether a path is another one, or below it."""
    return path == above or path.startswith((f"{above}.", f"{above}["))
