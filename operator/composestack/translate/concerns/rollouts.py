"""How a new version takes over, and what happens if it fails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Service, UpdateConfig
from composestack.compose.problems import Notice
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.healthcheck import SECOND, patience
from composestack.translate.names import MAX_LENGTH
from composestack.translate.refusal import Refusal
from composestack.translate.stack import TASKS, Stack

REVISION = 11
"""Characters of `-<hash>` in the label controller-revision-hash of the pods of a StatefulSet."""
PROGRESS_DEADLINE = 600
"""Seconds without progress after which Kubernetes calls a rollout failed, unless a Deployment says otherwise."""
MONITOR = 5
"""Docker's default: seconds that a new container must hold out. One that ends at once is ready for a moment, too."""
AS_DOCKER = UpdateConfig.model_construct()
HEALTH = tuple(
    f"services.*.healthcheck.{name}" for name in ("disable", "interval", "retries", "start_period", "test", "timeout")
)
"""What tells how long a container may take to become healthy."""


@translates(
    "services.*.deploy.update_config.order",
    "services.*.deploy.update_config.parallelism",
    "services.*.deploy.update_config.delay",
    "services.*.deploy.update_config.monitor",
    considers=("services.*.deploy.update_config.failure_action", *HEALTH),
    caveat="A Job is replaced as a whole.",
)
def update(service: Service, stack: Stack) -> Contribution:
    """Docker stops the old container before it starts the new one, unless `order: start-first`."""
    config = (service.deploy and service.deploy.update_config) or AS_DOCKER
    kind, path = stack.kinds[service.name], f"services.{service.name}.deploy.update_config"
    if kind in TASKS:
        return NOTHING
    if kind == "StatefulSet":
        return _stateful(service.name, config, path, stack)
    notices = []
    if config.order == "start-first" and stack.claims.writes_alone(service.name):
        message = "start-first would let two pods write to one volume, so the old pod stops first"
        notices.append(Notice(f"{path}.order", NoticeCode.APPROXIMATED, message))
    return Contribution(workload={"spec": _rollout(service, config, stack)}, notices=notices)


@translates(
    "services.*.deploy.update_config.failure_action",
    "services.*.deploy.rollback_config.delay",
    "services.*.deploy.rollback_config.failure_action",
    "services.*.deploy.rollback_config.monitor",
    "services.*.deploy.rollback_config.order",
    "services.*.deploy.rollback_config.parallelism",
    considers=HEALTH,
    caveat="A rollout fails when it misses its progress deadline. `rollback` takes the whole stack, but no volume, "
    "back to what was ready last; a rollback that fails is reported and goes on.",
)
def failure(service: Service, stack: Stack) -> Contribution:
    """Only a Deployment has a deadline. One whose rollout failed stays as it is (`pause`), if it is not rolled back."""
    deploy, kind = service.deploy, stack.kinds[service.name]
    action = deploy.update_config.failure_action if deploy and deploy.update_config else None
    path = f"services.{service.name}.deploy"
    rolls_back = action == "rollback" and kind == "Deployment"
    notices, problems = [], []
    if deploy and deploy.rollback_config and not rolls_back:
        message = "it matters only to a Deployment with update_config.failure_action: rollback"
        notices.append(Notice(f"{path}.rollback_config", NoticeCode.IGNORED, message))
    if action == "continue" and kind == "Deployment" and stack.pods(service.name) == 1:
        message = "to go on with a version that fails would leave no pod that works"
        problems.append(Refusal(f"{path}.update_config.failure_action", message, "write pause or rollback"))
    elif action not in {None, "pause"} and not rolls_back:
        which = f"a {kind} has no deadline for its rollout" if action == "rollback" else "a rollout that fails stops"
        message = f"{which}, so it is as with pause"
        notices.append(Notice(f"{path}.update_config.failure_action", NoticeCode.APPROXIMATED, message))
    if not rolls_back:
        return Contribution(notices=notices, problems=problems)
    back = (deploy and deploy.rollback_config) or AS_DOCKER
    if back.failure_action not in {None, "continue"}:
        message = "a rollback that fails is reported and goes on"
        notices.append(Notice(f"{path}.rollback_config.failure_action", NoticeCode.IGNORED, message))
    return Contribution(rollback=_rollout(service, back, stack, timed=True), notices=notices)


def _rollout(service: Service, config: UpdateConfig, stack: Stack, *, timed: bool = False) -> dict[str, Any]:
    """Return how the pods of a Deployment or DaemonSet are replaced, as fields of its spec.

    The deadline of a Deployment is written if it matters, that is if it is `timed` or differs from the default. The API
    server wants it to be longer than minReadySeconds.
    """
    spec: dict[str, Any] = {}
    rolls_back = config.failure_action == "rollback" and stack.kinds[service.name] == "Deployment"
    monitor = config.monitor or (MONITOR * SECOND if rolls_back else 0)
    wait = -(-max(config.delay or 0, monitor) // SECOND)
    if wait:
        spec["minReadySeconds"] = wait
    start_first = config.order == "start-first" and not stack.claims.writes_alone(service.name)
    at_once = 1 if config.parallelism is None else config.parallelism
    strategy = _strategy(start_first, at_once, stack.pods(service.name))
    if stack.kinds[service.name] == "DaemonSet":
        return {**spec, "updateStrategy": strategy}
    slow_start = service.healthcheck is not None and bool(service.healthcheck.start_period)
    if timed or wait or slow_start:
        spec["progressDeadlineSeconds"] = wait + patience(service.healthcheck) + PROGRESS_DEADLINE
    return {**spec, "strategy": strategy}


def _stateful(service: str, config: UpdateConfig, path: str, stack: Stack) -> Contribution:
    """All pods start at once, as in Docker. The controller adds 11 characters to the name, within a label."""
    problems = []
    if len(stack.workload_name(service)) > MAX_LENGTH - REVISION:
        message = f"the name {stack.workload_name(service)} is too long for a StatefulSet"
        problems.append(Refusal(f"services.{service}.x-kubernetes.workload", message, "choose a shorter name"))
    spec: dict[str, Any] = {
        "podManagementPolicy": "Parallel",
        "serviceName": stack.labels[service],
        "updateStrategy": {"type": "RollingUpdate"},
    }
    if wait := -(-max(config.delay or 0, config.monitor or 0) // SECOND):
        spec["minReadySeconds"] = wait
    return Contribution(workload={"spec": spec}, notices=_in_order(config, path), problems=problems)


def _in_order(config: UpdateConfig, path: str) -> Sequence[Notice]:
    message = "a StatefulSet replaces its pods one by one, each after the old one has stopped"
    differs = [
        ("order", config.order == "start-first"),
        ("parallelism", config.parallelism not in {None, 1}),
    ]
    return [Notice(f"{path}.{name}", NoticeCode.APPROXIMATED, message) for name, found in differs if found]


def _strategy(start_first: bool, at_once: int, pods: int | None) -> dict[str, Any]:
    """`at_once` 0 means all.

    One pod, or all at once, is Recreate: the only strategy under which the old pods are gone first.
    """
    if start_first:
        return {"rollingUpdate": {"maxSurge": at_once or "100%", "maxUnavailable": 0}, "type": "RollingUpdate"}
    if pods is not None and (pods <= 1 or at_once == 0):
        return {"type": "Recreate"}
    return {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": at_once or "100%"}, "type": "RollingUpdate"}
