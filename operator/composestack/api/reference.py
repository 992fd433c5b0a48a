"""The resource as a page for people, from the same schema that the API server checks it with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from composestack.api.crd import custom_resource_definition

_HEADER = """\
# The resource

Every field of a ComposeStack. `[]` is any item of a list, `*` any key. The same in a terminal:
`kubectl explain composestack.spec`.

Written by `make generate`. Do not edit.
"""

Schema = Mapping[str, Any]


def as_markdown() -> str:
    """Return the page: one table for what one writes, one for what the operator reports."""
    (version,) = custom_resource_definition()["spec"]["versions"]
    fields = version["schema"]["openAPIV3Schema"]["properties"]
    lines = [_HEADER.rstrip()]
    for part, title in (("spec", "What you write"), ("status", "What the operator reports")):
        lines += ["", f"## {title}", "", "| Field | Type | Meaning |", "|---|---|---|"]
        lines += [f"| `{path}` | {kind} | {text} |" for path, kind, text in _rows(fields[part], part)]
    return "\n".join(lines) + "\n"


def _rows(schema: Schema, path: str) -> Iterator[tuple[str, str, str]]:
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        place = f"{path}.{name}"
        words = [field.get("description", "")] + (["Required."] if name in required else [])
        yield place, _kind(field), " ".join(filter(None, words)).replace("|", r"\|").replace("\n", " ")
        yield from _rows(*_inner(field, place))


def _inner(field: Schema, place: str) -> tuple[Schema, str]:
    """Return the schema below a field that has fields of its own, and its path."""
    if "items" in field:
        return field["items"], f"{place}[]"
    if isinstance(field.get("additionalProperties"), Mapping):
        return field["additionalProperties"], f"{place}.*"
    return field, place


def _kind(field: Schema) -> str:
    if "enum" in field:
        return " or ".join(f"`{value}`" for value in field["enum"])
    if "items" in field:
        return f"list of {_kind(field['items'])}"
    if isinstance(field.get("additionalProperties"), Mapping):
        return f"mapping of {_kind(field['additionalProperties'])}"
    return str(field.get("type", "any"))
