"""The models against the JSON schema of the Compose Specification, which a development dependency brings along."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

import pytest

from composestack.compose.canonical.typed import shape_of
from composestack.compose.model import Element, Project

FRONT_END = {
    "version", "include", "services.*.extends", "jobs.*.extends",
    *(f"{section}.*.external.name" for section in ("networks", "volumes", "secrets", "configs")),
}  # fmt: skip
"""Attributes that are resolved before there is a model."""


def schema() -> dict[str, Any]:
    text = files("check_jsonschema").joinpath("builtin_schemas/vendor/compose-spec.json").read_text()
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def written(node: Mapping[str, Any], root: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Yield the attribute paths that a schema allows, as `services.*.ports.*.target`."""
    if "$ref" in node:
        node = root["$defs"][node["$ref"].removeprefix("#/$defs/")]
    for choice in (*node.get("oneOf", ()), *node.get("allOf", ())):
        yield from written(choice, root, path)
    for name, below in node.get("properties", {}).items():
        here = f"{path}.{name}".lstrip(".")
        yield here
        yield from written(below, root, here)
    for below in (*node.get("patternProperties", {}).values(), *([node["items"]] if "items" in node else [])):
        yield from written(below, root, f"{path}.*")


def modelled(kind: type[Element], path: str = "") -> Iterator[str]:
    """Yield the attribute paths that the models have."""
    for name in shape_of(kind).attributes:
        here = f"{path}.{name}".lstrip(".")
        yield here
        yield from _below(kind.model_fields[name].annotation, here)


def _below(annotation: Any, path: str) -> Iterator[str]:
    if isinstance(annotation, type) and issubclass(annotation, Element):
        yield from modelled(annotation, path)
        return
    collection = get_origin(annotation) in {tuple, Mapping}
    arguments = get_args(annotation)[:1] if get_origin(annotation) is Annotated else get_args(annotation)
    for argument in arguments:
        if argument not in {NoneType, Ellipsis, str}:
            yield from _below(argument, f"{path}.*" if collection else path)


def test_every_attribute_of_the_schema_is_modelled_or_resolved_before() -> None:
    missing = set(written(schema(), schema())) - set(modelled(Project)) - FRONT_END
    assert not {path for path in missing if not any(path.startswith(f"{each}.") for each in FRONT_END)}


def test_the_models_have_no_attribute_that_no_schema_has() -> None:
    assert not set(modelled(Project)) - set(written(schema(), schema()))


@pytest.mark.parametrize("path", sorted(FRONT_END))
def test_what_is_resolved_before_is_in_the_schema(path: str) -> None:
    assert path in set(written(schema(), schema()))
