"""Environment variables.

What the Compose document says itself is written into the pod. What comes from an `env_file` is in a Secret, because
such files hold passwords.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from composestack.compose.model import Service
from composestack.translate import labels
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution, combine
from composestack.translate.names import content_hash, object_name
from composestack.translate.objects.secret import secret
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack

_NAME = re.compile(r"[ -<>-~]+")
"""Printable ASCII without `=` (Kubernetes documentation, "Define Environment Variables for a Container")."""
_SECRET_KEY = re.compile(r"[-._a-zA-Z0-9]{1,253}")


@translates("services.*.environment", considers=("services.*.environment_from_files",))
def environment(service: Service, stack: Stack) -> Contribution:
    """A variable without a value takes that of the stack's variable; one that has none there is left out."""
    from_files = {
        name: stack.spelled(service.environment.get(name) or "", variable=name)
        for name in sorted(service.environment_from_files)
    }
    values = {
        name: stack.scope.variables.get(name) if value is None else stack.spelled(value, variable=name)
        for name, value in service.environment.items()
    }
    literal = [
        {"name": name, "value": value.replace("$", "$$")} if value else {"name": name}
        for name, value in sorted(values.items())
        if value is not None and name not in from_files
    ]
    problems = [
        Refusal(f"services.{service.name}.environment", f"{name!r} cannot be the name of a variable", "rename it")
        for name in values
        if not _NAME.fullmatch(name)
    ]
    return combine(
        (
            Contribution(container={"env": literal} if literal else None, problems=problems),
            _secret(service.name, from_files, stack) if from_files else NOTHING,
        )
    )


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
