"""The CustomResourceDefinition, generated from the models.

Kubernetes wants a structural schema (Custom Resources, "Specifying a structural schema"), which knows no references and
no unions; pydantic's JSON schema has both. What cannot be expressed raises, so that a model is never published more
loosely than it is meant.
"""

from __future__ import annotations

from typing import Any

from composestack.api.v1alpha1 import GROUP, KIND, PLURAL, VERSION, ComposeStack, ComposeStackSpec, ComposeStackStatus

Schema = dict[str, Any]

KEPT = frozenset(
    {"type", "description", "format", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum", "required"}
    | {"x-kubernetes-preserve-unknown-fields", "x-kubernetes-list-type", "x-kubernetes-list-map-keys"}
    | {"maxItems", "maxProperties", "x-kubernetes-validations"}
)
DROPPED = frozenset({"title", "default", "$defs"})

PRINTER_COLUMNS = [
    {"name": "Ready", "type": "string", "jsonPath": '.status.conditions[?(@.type=="Ready")].status'},
    {"name": "Services", "type": "string", "jsonPath": ".status.servicesReady"},
    {"name": "Status", "type": "string", "jsonPath": '.status.conditions[?(@.type=="Ready")].message'},
    {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
    {"name": "Revision", "type": "string", "jsonPath": ".status.lastAppliedRevision", "priority": 1},
    {"name": "Notices", "type": "integer", "jsonPath": ".status.noticeCount", "priority": 1},
]


def custom_resource_definition() -> dict[str, Any]:
    """Return the CustomResourceDefinition (apiextensions.k8s.io/v1) as plain data."""
    spec = structural(ComposeStackSpec.model_json_schema())
    status = structural(ComposeStackStatus.model_json_schema())
    schema = {
        "description": "A Docker Compose application that runs in this cluster.",
        "type": "object",
        "required": ["spec"],
        "x-kubernetes-validations": ComposeStack.model_json_schema()["x-kubernetes-validations"],
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": spec,
            # kstatus takes an object without observedGeneration for current; -1 says that nobody has looked yet.
            "status": {**status, "default": {"observedGeneration": -1}},
        },
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{PLURAL}.{GROUP}",
            # Flux would substitute Compose's ${VARIABLES} otherwise.
            "annotations": {"kustomize.toolkit.fluxcd.io/substitute": "disabled"},
        },
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": {
                "kind": KIND,
                "listKind": f"{KIND}List",
                "plural": PLURAL,
                "singular": "composestack",
                "shortNames": ["cstack"],
                "categories": ["compose"],
            },
            "versions": [
                {
                    "name": VERSION,
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "additionalPrinterColumns": PRINTER_COLUMNS,
                    "schema": {"openAPIV3Schema": schema},
                }
            ],
        },
    }


def structural(schema: Schema) -> Schema:
    """Turn a pydantic JSON schema into a structural one. Raises ValueError for what Kubernetes cannot express."""
    return _convert(schema, schema.get("$defs", {}))


def _convert(schema: Schema, definitions: dict[str, Schema]) -> Schema:
    schema = _without_null(_resolve(schema, definitions))
    schema = _resolve(schema, definitions)
    result: Schema = {}
    for key, value in schema.items():
        if key == "properties":
            result[key] = {name: _convert(part, definitions) for name, part in value.items()}
        elif key in {"items", "additionalProperties"} and isinstance(value, dict):
            result[key] = _convert(value, definitions)
        elif key in KEPT or key == "anyOf":
            result[key] = value
        elif key not in DROPPED:
            raise ValueError(f"{key} has no place in a structural schema")
    return result


def _resolve(schema: Schema, definitions: dict[str, Schema]) -> Schema:
    """Put a referenced model in the place of the reference. What stands beside the reference describes the field, so it
    wins.
    """
    if "$ref" not in schema:
        return schema
    beside = {key: value for key, value in schema.items() if key != "$ref"}
    return {**definitions[schema["$ref"].rpartition("/")[2]], **beside}


def _without_null(schema: Schema) -> Schema:
    """Make an optional field a plain one: the API server drops nulls of fields that are not nullable. What only says
    which fields are required is no union of types.
    """
    if all(branch.keys() == {"required"} for branch in schema.get("anyOf", ())):
        return schema
    beside = {key: value for key, value in schema.items() if key != "anyOf"}
    branches = [branch for branch in schema["anyOf"] if branch != {"type": "null"}]
    if len(branches) != 1:
        raise ValueError(f"a union has no place in a structural schema: {branches}")
    return {**branches[0], **beside}
