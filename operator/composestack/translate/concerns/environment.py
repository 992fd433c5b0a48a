"""Environment variables.

What the Compose document says itself is written into the pod. What comes from an `env_file` is in a Secret, because
such files hold passwords.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from composestack.compose.model import Service
from composestack.translate import labels
from composestack.translate.catalog import translates
from composestack.translate.contribution import Contribution, combine
from composestack.translate.extension.environment import ValueSettings
from composestack.translate.names import content_hash, object_name
from composestack.translate.objects.secret import secret
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack

_NAME = re.compile(r"[ -<>-~]+")
"""Printable ASCII without `=` (Kubernetes documentation, "Define Environment Variables for a Container")."""
_SECRET_KEY = re.compile(r"[-._a-zA-Z0-9]{1,253}")


_ENV = "services.*.x-kubernetes.env[]"


@translates(
    "services.*.environment",
    f"{_ENV}.name",
    f"{_ENV}.valueFrom.fieldRef.fieldPath",
    f"{_ENV}.valueFrom.resourceFieldRef.divisor",
    f"{_ENV}.valueFrom.resourceFieldRef.resource",
    *(
        f"{_ENV}.valueFrom.{sort}.{field}"
        for sort in ("configMapKeyRef", "secretKeyRef")
        for field in ("name", "key", "optional")
    ),
    considers=("services.*.environment_from_files",),
)
def environment(service: Service, stack: Stack) -> Contribution:
    """A variable without a value takes that of the stack's variable; one that has none there is left out."""
    names = [variable.name for variable in stack.settings[service.name].env]
    own = {variable.name: variable.value_from for variable in stack.settings[service.name].env}
    from_files = {
        name: stack.discovery.spelled(service.environment.get(name) or "", variable=name)
        for name in sorted(service.environment_from_files)
        if name not in own
    }
    values = {
        name: stack.scope.variables.get(name) if value is None else stack.discovery.spelled(value, variable=name)
        for name, value in service.environment.items()
        if name not in own
    }
    literal: list[dict[str, Any]] = [
        {"name": name, "value": value.replace("$", "$$")} if value else {"name": name}
        for name, value in sorted(values.items())
        if value is not None and name not in from_files
    ]
    literal += [{"name": name, "valueFrom": _source(source)} for name, source in sorted(own.items())]
    problems = [
        Refusal(f"services.{service.name}.environment", f"{name!r} cannot be the name of a variable", "rename it")
        for name in (*values, *own)
        if not _NAME.fullmatch(name)
    ]
    problems += [
        Refusal(f"services.{service.name}.x-kubernetes.env", f"{name} is there twice", "write it once")
        for name in own
        if names.count(name) > 1
    ]
    written = Contribution(container={"env": literal} if literal else None, problems=problems)
    return combine((written, _secret(service.name, from_files, stack))) if from_files else written


def _source(source: ValueSettings) -> dict[str, Any]:
    """Where a value comes from. A reference is atomic, so it bears the version that the API server would fill in."""
    if source.field_ref is not None:
        return {"fieldRef": {"apiVersion": "v1", "fieldPath": source.field_ref.field_path}}
    if source.resource_field_ref is not None:
        return {
            "resourceFieldRef": {
                "divisor": source.resource_field_ref.divisor,
                "resource": source.resource_field_ref.resource,
            }
        }
    sort = "configMapKeyRef" if source.secret_key_ref is None else "secretKeyRef"
    key = source.config_map_key_ref or source.secret_key_ref
    reference: dict[str, Any] = {"key": key.key, "name": key.name} if key else {}
    return {sort: reference | ({"optional": True} if key and key.optional else {})}


def _secret(service: str, values: Mapping[str, str], stack: Stack) -> Contribution:
    """The variables that only an env file defines.

    The kubelet does not expand what comes from a Secret, so `$` stays single.
    """
    problems = [
        Refusal(f"services.{service}.env_file", f"the variable {name!r} cannot be kept in a Secret", "rename it")
        for name in values
        if not _SECRET_KEY.fullmatch(name)
    ]
    content = {key: value.encode() for key, value in values.items()}
    name = object_name(stack.name, stack.labels[service], "env", suffix=content_hash(content))
    return Contribution(
        container={"envFrom": [{"secretRef": {"name": name}}]},
        objects=[secret(name, labels.of_service(stack.name, service), content)],
        problems=problems,
    )
