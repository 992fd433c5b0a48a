from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, Field

from composestack.api.crd import custom_resource_definition, structural
from composestack.api.v1alpha1 import ComposeStackSpec, ComposeStackStatus


def schema() -> dict[str, Any]:
    (version,) = custom_resource_definition()["spec"]["versions"]
    found: dict[str, Any] = version["schema"]["openAPIV3Schema"]
    return found


def test_every_field_of_the_models_is_there_in_camel_case() -> None:
    properties = schema()["properties"]

    for part, model in (("spec", ComposeStackSpec), ("status", ComposeStackStatus)):
        assert set(properties[part]["properties"]) == {field.alias for field in model.model_fields.values()}
    assert "imagePullSecrets" in properties["spec"]["properties"]


def test_every_field_is_described() -> None:
    def undescribed(node: dict[str, Any], path: str) -> list[str]:
        children = {f"{path}.{name}": child for name, child in node.get("properties", {}).items()}
        children |= {f"{path}[]": node["items"]} if "items" in node else {}
        own = [path] if "description" not in node and not path.endswith("[]") else []
        return own + [bad for name, child in children.items() for bad in undescribed(child, name)]

    for part in ("spec", "status"):
        assert undescribed(schema()["properties"][part], part) == []


def test_the_application_may_be_a_string_or_an_object() -> None:
    compose = schema()["properties"]["spec"]["properties"]["compose"]

    assert compose["x-kubernetes-preserve-unknown-fields"] is True
    assert "type" not in compose


def test_waiters_do_not_take_a_new_stack_for_current() -> None:
    assert schema()["properties"]["status"]["default"] == {"observedGeneration": -1}


def test_delete_all_spares_stacks() -> None:
    assert "all" not in custom_resource_definition()["spec"]["names"]["categories"]


def test_the_definition_fits_into_an_annotation_with_room_to_spare() -> None:
    assert len(str(custom_resource_definition())) < 200_000


class Part(BaseModel):
    number: int


class Optional(BaseModel):
    part: Part | None = Field(default=None, description="the field's own words")


def test_references_are_resolved_and_optional_fields_are_plain() -> None:
    part = structural(Optional.model_json_schema())["properties"]["part"]

    assert part == {
        "type": "object",
        "description": "the field's own words",
        "required": ["number"],
        "properties": {"number": {"type": "integer"}},
    }


def test_a_union_is_refused() -> None:
    class Union(BaseModel):
        either: int | str

    with pytest.raises(ValueError, match="union"):
        structural(Union.model_json_schema())


def test_what_kubernetes_cannot_check_is_refused() -> None:
    class Multiple(BaseModel):
        number: int = Field(multiple_of=3)

    with pytest.raises(ValueError, match="multipleOf"):
        structural(Multiple.model_json_schema())
