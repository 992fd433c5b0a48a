"""Disruption: how many pods of a service may be missing while the admin drains nodes."""

from __future__ import annotations

import re

from composestack.compose.model import Service
from composestack.translate import labels
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.objects.disruption_budget import disruption_budget
from composestack.translate.refusal import Refusal
from composestack.translate.stack import SERVERS, Stack

_PERCENTAGE = re.compile(r"(?:100|[0-9]{1,2})%")


@translates(
    "services.*.x-kubernetes.disruptionBudget.maxUnavailable",
    "services.*.x-kubernetes.disruptionBudget.minAvailable",
    caveat="Without it there is no budget. It needs more than one pod, or no node could ever be drained.",
)
def budget(service: Service, stack: Stack) -> Contribution:
    """Drained nodes wait until enough pods run elsewhere."""
    own = stack.settings[service.name].disruption_budget
    written = {"maxUnavailable": own.max_unavailable, "minAvailable": own.min_available}
    limits = {name: limit for name, limit in written.items() if limit is not None}
    if not limits:
        return NOTHING
    path = f"services.{service.name}.x-kubernetes.disruptionBudget"
    problems = [
        Refusal(f"{path}.{name}", f"{limit} is no number of pods", "write it as 1 or 25%")
        for name, limit in limits.items()
        if not (limit >= 0 if isinstance(limit, int) else _PERCENTAGE.fullmatch(limit))
    ]
    pods = stack.pods(service.name)
    if stack.kinds[service.name] not in SERVERS or (pods is not None and pods < 2):
        message = "only a service with several replicas can spare some of its pods"
        problems.append(Refusal(path, message, "write deploy.replicas, or leave it out"))
    if problems:
        return Contribution(problems=problems)
    made = disruption_budget(
        stack.workload_name(service.name),
        labels.of_service(stack.name, service.name),
        stack.selector(service.name),
        limits,
    )
    return Contribution(objects=[made])
