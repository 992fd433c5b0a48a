"""What the scheduler makes of pods that are not like others: all of it is the admin's to allow."""

from __future__ import annotations

from typing import Any

from composestack.compose.model import Service
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.policy import forbidden
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack

DEFAULT_SCHEDULER = "default-scheduler"
EVERY = "*"
_SCHEDULING = "x-kubernetes.scheduling"


@translates(f"services.*.{_SCHEDULING}.priorityClassName", f"services.*.{_SCHEDULING}.schedulerName")
def priority(service: Service, stack: Stack) -> Contribution:
    """Pods of a higher priority take the place of others, and another scheduler keeps to its own rules."""
    own, policy = stack.settings[service.name].scheduling, stack.scope.policy
    path = f"services.{service.name}.{_SCHEDULING}"
    pod: dict[str, Any] = {}
    problems: list[Refusal] = []
    if own.priority_class_name is not None:
        pod["priorityClassName"] = own.priority_class_name
        if own.priority_class_name not in policy.priority_classes:
            message = "the policy of this cluster does not let stacks have this priority (priority_classes)"
            problems.append(
                forbidden(f"{path}.priorityClassName", message, "priority_classes", entry=own.priority_class_name)
            )
    if own.scheduler_name is not None:
        pod["schedulerName"] = own.scheduler_name
        if own.scheduler_name not in {DEFAULT_SCHEDULER, *policy.schedulers}:
            message = "the policy of this cluster does not let stacks choose this scheduler (schedulers)"
            problems.append(forbidden(f"{path}.schedulerName", message, "schedulers", entry=own.scheduler_name))
    return Contribution(pod=pod, problems=problems) if pod else NOTHING


@translates(f"services.*.{_SCHEDULING}.tolerations")
def tolerations(service: Service, stack: Stack) -> Contribution:
    """Taints keep pods away from nodes that are there for others."""
    own, allowed = stack.settings[service.name].scheduling.tolerations, stack.scope.policy.taints
    if not own:
        return NOTHING
    path = f"services.{service.name}.{_SCHEDULING}.tolerations"
    message = "the policy of this cluster does not let stacks onto nodes with this taint (taints)"
    problems = [
        forbidden(f"{path}[{index}]", message, "taints", entry=toleration.key or f'"{EVERY}"')
        for index, toleration in enumerate(own)
        if EVERY not in allowed and toleration.key not in allowed
    ]
    return Contribution(pod={"tolerations": [each.manifest() for each in own]}, problems=problems)
