"""The merged document into the values that the models take: the forms of `model` decide, attribute by attribute."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from math import isfinite
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from composestack.compose.canonical.reading import Unreadable
from composestack.compose.canonical.values import CONVERSIONS
from composestack.compose.model import (
    BlkioConfig,
    Container,
    Element,
    EnvFile,
    Job,
    Network,
    Secret,
    Service,
    ServiceModel,
    ServiceNetwork,
    ThrottleDevice,
    Ulimit,
    Volume,
    WeightDevice,
)
from composestack.compose.model.base import forms
from composestack.compose.report import Report
from composestack.compose.scalars import Timestamp
from composestack.compose.tree import Map, Seq

NULLABLE = frozenset({"command", "entrypoint", "pid", "umask", "deploy", "develop"})
"""Attributes that may be null, which is as if they were not written."""
NULLABLE_ELEMENTS = (Network, Volume, ServiceNetwork, ServiceModel)
"""Elements of which null is the empty one, as in `volumes: {data: }`."""
NAMED_ELEMENTS = (Service, Job)
"""Elements that hold their own key as `name`."""
CLOSED = frozenset({BlkioConfig, EnvFile, ThrottleDevice, WeightDevice})
"""Elements without `x-` attributes."""
FILLED_IN: Mapping[type[Element], frozenset[str]] = {
    Service: frozenset({"name"}),
    Job: frozenset({"name"}),
    Secret: frozenset({"content"}),
    Ulimit: frozenset({"single"}),
}
"""Fields that are no attributes of the document."""
REMOVED = {
    "net": "network_mode",
    "dockerfile": "build.dockerfile",
    "log_driver": "logging.driver",
    "log_opt": "logging.options",
    "volume_driver": "volumes.<name>.driver",
}
"""Attributes of the first file format and what took their place."""
OF_SERVICES = frozenset({"build", "image"})
"""What tells a service that stands at the top of a file, as in the first version of Compose files."""

MAX_SUGGESTIONS = 50
MAX_ELEMENTS = 25_000
"""How many services, ports, mounts and other elements an application may have."""
CONTAINER_WEIGHT = 3
"""As how many of them a container counts, which has many more attributes."""

Convert = Callable[[Any], Any]
"""Makes of a value, by itself, what the models hold."""
Reader = Callable[["Conversion", Any], Any]
"""Reads a value that holds elements."""


def plain(value: Any) -> Any:
    """Return a tree as plain dicts, lists and JSON scalars, with dates as JSON has them.

    Raises ValueError for a number that JSON does not have.
    """
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"has the value {value}, which is no number; put it in quotes")
    if isinstance(value, Map):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, Seq):
        return [plain(item) for item in value]
    return value.rfc3339() if isinstance(value, Timestamp) else value


def _itself(value: Any) -> Any:
    return value


class Conversion:
    """One walk over a document. Problems go to the report; what the models will refuse stays as it is.

    Of a document that is not `complete`, contents that cannot be read are left out: another one may replace them.
    A date is text in it, as it is for the Compose schema.
    """

    def __init__(self, document: Map, report: Report, complete: bool = True) -> None:
        self._document = document
        self._report = report
        self._complete = complete
        self._path: list[str | int] = []
        self._suggestions = 0
        self._room = MAX_ELEMENTS

    def element(self, node: Any, kind: type[Element]) -> Any:
        """Return the values for one element; anything but a mapping is returned as it is."""
        if not isinstance(node, Map):
            return node
        shape = shape_of(kind)
        self.count(shape.weight)
        verbatim, conversions, readers = shape.verbatim, shape.conversions, shape.readers
        result: dict[str, Any] = {}
        for key, value in node.items():
            if value is None or type(value) is Timestamp:
                self._unusual(shape, result, key, value)
            elif key in verbatim:
                result[key] = value
            elif (convert := conversions.get(key)) is not None:
                try:
                    result[key] = convert(value)
                except ValueError as error:
                    self._unread(result, key, value, error)
            elif (reader := readers.get(key)) is not None:
                self._path.append(key)
                result[key] = reader(self, value)
                self._path.pop()
            else:
                self._extra(shape, result, key, value)
        if not result:
            result["extensions"] = {}
        return result

    def _unusual(self, shape: Shape, result: dict[str, Any], key: str, value: Timestamp | None) -> None:
        """Put a null or a date into the values of an element."""
        if key not in shape.attributes:
            self._extra(shape, result, key, value)
        elif value is None:
            result[key] = None
            if key not in NULLABLE:
                self.problem(key, "must not be null; give it a value or remove the line")
        else:
            convert = shape.conversions.get(key, _itself)
            self.convert(convert, result, key, value if self._complete else str(value))

    def _extra(self, shape: Shape, result: dict[str, Any], key: str, value: Any) -> None:
        """Put what is no attribute among the extensions of an element, if it can be one."""
        if shape.extensible and key.startswith("x-"):
            self.convert(plain, result.setdefault("extensions", {}), key, value)
        elif not self._path and isinstance(value, Map) and not OF_SERVICES.isdisjoint(value):
            self.problem(key, "unknown attribute; if it is a service, write it below services:")
        else:
            self.problem(key, self._unknown(key, shape.attributes))

    def count(self, weight: int) -> None:
        """Count an element; raises InvalidCompose if there are too many."""
        self._room -= weight
        if self._room < 0:
            limits = f"{MAX_ELEMENTS} elements; a service counts as {CONTAINER_WEIGHT}, a port or a mount as one or two"
            self._report.fail(self._document, tuple(self._path), f"the application has more than {limits}")

    def convert(self, convert: Convert, result: dict[str, Any], key: str, value: Any) -> None:
        """Put what `convert` makes of a value into the result, at the same key."""
        try:
            result[key] = convert(value)
        except ValueError as error:
            self._unread(result, key, value, error)

    def _unread(self, result: dict[str, Any], key: str, value: Any, error: ValueError) -> None:
        """Report a value that could not be converted, and leave it to the models as it is."""
        if self._complete or not isinstance(error, Unreadable):
            self.problem(key, str(error))
            result[key] = value

    def element_at(self, part: str | int, node: Any, kind: type[Element]) -> Any:
        """Return the values for the element at `part` of the current path."""
        self._path.append(part)
        values = self.element(node, kind)
        self._path.pop()
        return values

    def problem(self, part: str | int, message: str) -> None:
        """Report a problem with `part` of the current path."""
        self._report.add(self._document, (*self._path, part), message)

    def _unknown(self, key: str, attributes: frozenset[str]) -> str:
        if (successor := REMOVED.get(key)) and not self._path[2:]:
            return f"is not an attribute any more; write {successor}"
        near: list[str] = []
        if self._suggestions < MAX_SUGGESTIONS and len(key) < 50:
            self._suggestions += 1
            near = get_close_matches(key, sorted(attributes), 1)
        hint = (
            f"did you mean {near[0]}?"
            if near
            else "remove it, or start its name with x- if it is meant for other tools"
        )
        return f"unknown attribute; {hint}"


@dataclass(frozen=True, slots=True)
class Shape:
    """The attributes of an element, and how those are read that are not taken as they are."""

    weight: int
    extensible: bool
    attributes: frozenset[str]
    verbatim: frozenset[str]
    """The attributes that are taken as they are."""
    conversions: Mapping[str, Convert]
    readers: Mapping[str, Reader]


@cache
def shape_of(kind: type[Element]) -> Shape:
    """Return what the model says about an element."""
    attributes = kind.model_fields.keys() - FILLED_IN.get(kind, frozenset()) - {"extensions", "environment_from_files"}
    conversions = {name: CONVERSIONS[form] for name, form in forms(kind).items() if name in attributes}
    readers = {name: _reader(kind.model_fields[name].annotation) for name in attributes - conversions.keys()}
    present = {name: reader for name, reader in readers.items() if reader is not None}
    weight = CONTAINER_WEIGHT if issubclass(kind, Container) else 1
    verbatim = frozenset(attributes - conversions.keys() - present.keys())
    return Shape(weight, kind not in CLOSED, frozenset(attributes), verbatim, conversions, present)


def _reader(annotation: Any) -> Reader | None:
    """Return how the value of a field without form is read, by its type: an element, or a collection of them."""
    arguments = get_args(annotation)
    origin = get_origin(annotation)
    if origin in {Union, UnionType}:
        return _reader(next(each for each in arguments if each is not NoneType))
    if origin is tuple and (kind := _element_kind(arguments[0])):
        return _items_reader(kind)
    if origin is Mapping and (kind := _element_kind(arguments[1])):
        return _entries_reader(kind, arguments[1])
    if kind := _element_kind(annotation):
        return _element_reader(kind)
    return None


def _element_kind(annotation: Any) -> type[Element] | None:
    kind = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    return kind if isinstance(kind, type) and issubclass(kind, Element) else None


def _element_reader(kind: type[Element]) -> Reader:
    return lambda conversion, value: conversion.element(value, kind)


def _items_reader(kind: type[Element]) -> Reader:
    def read(conversion: Conversion, value: Any) -> Any:
        if not isinstance(value, Seq):
            return value
        return [conversion.element_at(index, each, kind) for index, each in enumerate(value)]

    return read


def _entries_reader(kind: type[Element], annotation: Any) -> Reader:
    scalar = CONVERSIONS[annotation.__metadata__[0]] if get_origin(annotation) is Annotated else None
    nullable = issubclass(kind, NULLABLE_ELEMENTS)
    named = issubclass(kind, NAMED_ELEMENTS)

    def read(conversion: Conversion, value: Any) -> Any:
        if not isinstance(value, Map):
            return value
        result: dict[str, Any] = {}
        for key, each in value.items():
            if each is None and nullable:
                conversion.count(1)
                result[key] = {}
            elif scalar is not None and not isinstance(each, Map):
                conversion.convert(scalar, result, key, each)
            else:
                result[key] = entry = conversion.element_at(key, each, kind)
                if named and isinstance(entry, dict):
                    entry["name"] = key
        return result

    return read


def typed(document: Map, kind: type[Element], report: Report, complete: bool = True) -> Any:
    """Return the values from which `kind` is built, as plain dicts and lists. `complete`: see `Conversion`."""
    return Conversion(document, report, complete).element(document, kind)
