"""Where `x-kubernetes` may stand. Compose takes `x-…` in every mapping; elsewhere it would be lost without a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from composestack.compose.model import Element, Project
from composestack.translate.extension import settings
from composestack.translate.extension.document import DocumentSettings
from composestack.translate.extension.file_object import ConfigSettings, SecretSettings
from composestack.translate.extension.mount import MountSettings
from composestack.translate.extension.network import NetworkSettings
from composestack.translate.extension.port import PortSettings
from composestack.translate.extension.service import ServiceSettings
from composestack.translate.extension.settings import KEY, Settings, problems
from composestack.translate.extension.volume import VolumeSettings
from composestack.translate.refusal import Refusal

PLACES: Mapping[str, type[Settings]] = {
    "": DocumentSettings,
    "configs.*": ConfigSettings,
    "networks.*": NetworkSettings,
    "secrets.*": SecretSettings,
    "services.*": ServiceSettings,
    "services.*.ports[]": PortSettings,
    "services.*.volumes[]": MountSettings,
    "volumes.*": VolumeSettings,
}
"""The shape of the extension by place. Those of services and volumes are read with labels of kompose below them."""


def is_native(path: str) -> bool:
    """Tell whether an attribute, written as in the catalog, is an object of the Kubernetes API."""
    place, _, rest = path.partition(f"{KEY}.")
    kind = PLACES.get(place.removesuffix("."))
    return bool(rest) and kind is not None and settings.is_native(kind, rest.replace("[]", "").split("."))


_READ_ELSEWHERE = {"services.*", "volumes.*"}


def misplaced(project: Project) -> Iterator[Refusal]:
    """Yield what is wrong with the extension in the document: its place, or what it says there."""
    for found in _extended(project, "", "", ""):
        if found.place not in PLACES:
            message = f"{KEY} means nothing here"
            yield Refusal(_join(found.path, KEY), message, f"write it at {_join(found.nearest, KEY)}")
        elif found.place not in _READ_ELSEWHERE:
            yield from problems(found.element, found.path, PLACES[found.place])


class _Found(NamedTuple):
    """An element that has the extension: where it is, the same with `*` for keys and `[]` for indices, and the nearest
    place around it where the extension may stand.
    """

    path: str
    place: str
    nearest: str
    element: Element


def _extended(element: Element, path: str, place: str, around: str) -> Iterator[_Found]:
    nearest = path if place in PLACES else around
    if KEY in element.extensions:
        yield _Found(path, place, nearest, element)
    for name in _holders(type(element)) & element.model_fields_set:
        here, pattern = _join(path, name), _join(place, name)
        for key, any_key, inner in _elements(getattr(element, name)):
            if inner.extensions or _holders(type(inner)):
                yield from _extended(inner, here + key, pattern + any_key, nearest)


@cache
def _holders(kind: type[Element]) -> frozenset[str]:
    """Return the fields of an element that can hold elements."""
    return frozenset(
        name
        for name, field in kind.model_fields.items()
        if any(isinstance(part, type) and issubclass(part, Element) for part in settings.parts(field.annotation))
    )


def _elements(value: object) -> Iterator[tuple[str, str, Element]]:
    """Yield the elements of a field: that which it is, those of a list or those of a mapping."""
    if isinstance(value, tuple):
        yield from ((f"[{index}]", "[]", each) for index, each in enumerate(value) if isinstance(each, Element))
    elif isinstance(value, Mapping):
        yield from ((f".{key}", ".*", each) for key, each in value.items() if isinstance(each, Element))
    elif isinstance(value, Element):
        yield "", "", value


def _join(path: str, segment: str) -> str:
    return f"{path}.{segment}" if path else segment
