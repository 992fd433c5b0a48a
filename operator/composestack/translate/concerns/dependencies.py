"""What has to hold of other services before a workload is created.

The reconciler waits; nothing of it is in the pods.
"""

from __future__ import annotations

from composestack.compose.model import Service
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.planned import Awaited, Need
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack


@translates(
    "services.*.depends_on.*.condition",
    "services.*.depends_on.*.required",
    "services.*.depends_on.*.restart",
    caveat="Orders creation. Once a workload is there it is not withdrawn when a dependency fails. With `restart` its "
    "pods are replaced when those of the dependency were and are ready, not when they crash.",
)
def depends_on(service: Service, stack: Stack) -> Contribution:
    """A dependency that is switched off and not required is no dependency."""
    if not service.depends_on:
        return NOTHING
    needs, problems = [], []
    for name, dependency in sorted(service.depends_on.items()):
        path = f"services.{service.name}.depends_on.{name}"
        condition = Awaited(dependency.condition)
        if name not in stack:
            if dependency.required:
                problems.append(
                    Refusal(path, f"{name} is no active service", "activate its profile, or write required: false")
                )
            continue
        if condition is Awaited.HEALTHY and not stack.has_healthcheck(name):
            message = f"{name} has no healthcheck of which Kubernetes could know"
            problems.append(
                Refusal(f"{path}.condition", message, f"write services.{name}.healthcheck, or wait for service_started")
            )
        needs.append(Need(name, condition, required=dependency.required, restart=dependency.restart))
    return Contribution(needs=needs, problems=problems)
