"""How many pods run a service."""

from __future__ import annotations

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Service
from composestack.compose.problems import Notice
from composestack.translate.catalog import translates
from composestack.translate.contribution import Contribution
from composestack.translate.refusal import Refusal
from composestack.translate.stack import TASKS, Stack

MODES = {None, "replicated", "global", "replicated-job"}


@translates(
    "services.*.deploy.mode",
    "services.*.deploy.replicas",
    "services.*.scale",
    "services.*.x-kubernetes.workload",
    considers=("services.*.x-kubernetes.autoscale.max",),
    caveat="A StatefulSet only by x-kubernetes.workload; its pods share the volumes, as those of a Deployment do.",
)
def replicas(service: Service, stack: Stack) -> Contribution:
    """A Job runs all of its replicas at once and is done when all are."""
    mode = service.deploy.mode if service.deploy else None
    path = f"services.{service.name}"
    if mode not in MODES:
        message = f"{mode} is not translated"
        return Contribution(
            problems=[Refusal(f"{path}.deploy.mode", message, "write replicated, global or replicated-job")]
        )
    written = service.deploy.replicas if service.deploy and service.deploy.replicas is not None else service.scale
    count = 1 if written is None else written
    kind = stack.kinds[service.name]
    problems = []
    if kind == "DaemonSet" and written is not None:
        message = "a global service runs once on every node"
        problems.append(Refusal(f"{path}.deploy.replicas", message, "leave replicas and scale out"))
    if kind == "DaemonSet":
        return Contribution(problems=problems)
    if stack.settings[service.name].autoscale.max:
        message = "the autoscaler chooses the number of replicas"
        notices = [Notice(f"{path}.deploy.replicas", NoticeCode.IGNORED, message)]
        return Contribution(notices=notices if written is not None else ())
    spec = {"completions": count, "parallelism": count} if kind in TASKS else {"replicas": count}
    return Contribution(workload={"spec": spec}, problems=problems)
