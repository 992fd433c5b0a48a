"""What all parts of the resource have in common."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Resource(BaseModel):
    """A part of the resource: camelCase outside, frozen inside. Unknown fields are left to the API server, which prunes
    or rejects them.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, defer_build=True)


class LocalObject(Resource):
    """The name of an object in the stack's namespace."""

    name: str = Field(min_length=1, description="The object's name.")


def exactly_one(first: str, second: str) -> dict[str, Any]:
    """Return the validation rule (CEL) that says which two fields exclude each other, one of them being required."""
    rule = f"has(self.{first}) != has(self.{second})"
    return {"x-kubernetes-validations": [{"rule": rule, "message": f"write either {first} or {second}"}]}
