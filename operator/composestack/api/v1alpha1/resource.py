"""What all parts of the resource have in common."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Resource(BaseModel):
    """A part of the resource: camelCase outside, frozen inside. Unknown fields are left to the API server, which prunes
    or rejects them.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, defer_build=True)


OBJECT_NAME = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
"""Names of objects (Kubernetes docs, Object Names and IDs, DNS Subdomain Names): none leads to another namespace."""

ObjectName = Annotated[str, Field(min_length=1, max_length=253, pattern=OBJECT_NAME)]


class LocalObject(Resource):
    """The name of an object in the stack's namespace."""

    name: ObjectName = Field(description="The object's name.")


def validated(*rules: tuple[str, str]) -> dict[str, Any]:
    """Return what a schema says of rules in CEL that the API server judges by, each with the message of a refusal.

    Source: Kubernetes docs, Custom Resources, Validation rules. A rule refuses only what the operator would refuse, and
    is within the server's budget only if the sizes of lists and mappings are bounded.
    """
    return {"x-kubernetes-validations": [{"rule": rule, "message": message} for rule, message in rules]}


def exactly_one(first: str, second: str) -> dict[str, Any]:
    """Return the rule which says that two fields exclude each other, one of them being required."""
    return validated((f"has(self.{first}) != has(self.{second})", f"write either {first} or {second}"))


def inside(path: str) -> str:
    """Return the rule which says that a path may be one inside the project directory. The operator knows for sure."""
    return f"!{path}.startsWith('/') && !{path}.startsWith('../') && {path} != '..'"


OUTSIDE = "is outside of the project directory; write it relative and without '..'"

ProjectPath = Annotated[
    str, Field(min_length=1, max_length=4096, json_schema_extra=validated((inside("self"), OUTSIDE)))
]
"""A path in the project directory."""

KeyName = Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[-._a-zA-Z0-9]+$")]
"""A key of a ConfigMap or Secret (k8s.io/apimachinery, pkg/util/validation, IsConfigMapKey)."""
