"""A ComposeStack as this operator understands it, or what it does not understand.

The API server has checked the resource, but against the CustomResourceDefinition that is installed: it may be that of
another version, and then fields and values can come that this operator does not know. They are never ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from composestack.api.v1alpha1 import ComposeStack, ComposeStackSpec, ComposeStackStatus


class Reading(NamedTuple):
    """A stack, and all that is not understood of its spec. If that is anything, the spec is an empty one."""

    stack: ComposeStack
    problems: tuple[str, ...] = ()


def read(body: Mapping[str, Any]) -> Reading:
    """Read a ComposeStack as the API server has it. A status that is not understood is as good as none."""
    metadata, status = body["metadata"], _status(body.get("status"))
    try:
        spec = ComposeStackSpec.model_validate(body.get("spec"), extra="forbid")
    except ValidationError as error:
        return Reading(ComposeStack(metadata=metadata, status=status), _problems(error))
    return Reading(ComposeStack(metadata=metadata, spec=spec, status=status))


def _status(written: Any) -> ComposeStackStatus:
    try:
        return ComposeStackStatus.model_validate({} if written is None else written)
    except ValidationError:
        return ComposeStackStatus()


def _problems(error: ValidationError) -> tuple[str, ...]:
    """Return what is wrong and where, without the values: some are secrets."""
    found = error.errors(include_input=False, include_url=False)
    return tuple(f"{'.'.join(map(str, ('spec', *each['loc'])))}: {_text(each['type'], each['msg'])}" for each in found)


def _text(type_: str, message: str) -> str:
    return "unknown field" if type_ == "extra_forbidden" else message
