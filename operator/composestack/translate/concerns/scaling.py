"""How many pods run a service, and how a new version takes over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Service, UpdateConfig
from composestack.compose.problems import Notice
from composestack.translate.catalog import translates
from composestack.translate.contribution import Contribution
from composestack.translate.names import MAX_LENGTH
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack

SECOND = 1_000_000_000
REVISION = 11
"""Characters of `-<hash>` in the label controller-revision-hash of the pods of a StatefulSet."""
AS_DOCKER = UpdateConfig()
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
    spec = {"completions": count, "parallelism": count} if kind == "Job" else {"replicas": count}
    return Contribution(workload={"spec": spec}, problems=problems)


@translates(
    "services.*.deploy.update_config.order",
    "services.*.deploy.update_config.parallelism",
    "services.*.deploy.update_config.delay",
    "services.*.deploy.update_config.monitor",
    "services.*.deploy.update_config.failure_action",
    caveat="A rollout that fails stops (`pause`). A Job is replaced as a whole.",
)
def update(service: Service, stack: Stack) -> Contribution:
    """Docker stops the old container before it starts the new one, unless `order: start-first`."""
    config = (service.deploy and service.deploy.update_config) or AS_DOCKER
    kind = stack.kinds[service.name]
    path = f"services.{service.name}.deploy.update_config"
    notices = []
    if config.failure_action not in {None, "pause"}:
        message = f"{config.failure_action} is not translated yet: a rollout that fails stops, as with pause"
        notices.append(Notice(f"{path}.failure_action", NoticeCode.NOT_TRANSLATED, message))
    if kind == "Job":
        return Contribution(notices=notices)
    start_first = config.order == "start-first" and kind != "StatefulSet"
    if start_first and stack.claims.writes_alone(service.name):
        message = "start-first would let two pods write to one volume, so the old pod stops first"
        notices.append(Notice(f"{path}.order", NoticeCode.APPROXIMATED, message))
        start_first = False
    at_once = 1 if config.parallelism is None else config.parallelism
    wait = max(config.delay or 0, config.monitor or 0)
    spec: dict[str, Any] = {"minReadySeconds": -(-wait // SECOND)} if wait else {}
    if kind == "StatefulSet":
        return _stateful(service.name, spec, [*notices, *_in_order(config, path)], stack)
    strategy = "updateStrategy" if kind == "DaemonSet" else "strategy"
    spec[strategy] = _strategy(start_first, at_once, stack.pods(service.name))
    return Contribution(workload={"spec": spec}, notices=notices)


def _in_order(config: UpdateConfig, path: str) -> list[Notice]:
    message = "a StatefulSet replaces its pods one by one, each after the old one has stopped"
    differs = [
        ("order", config.order == "start-first"),
        ("parallelism", config.parallelism not in {None, 1}),
    ]
    return [Notice(f"{path}.{name}", NoticeCode.APPROXIMATED, message) for name, found in differs if found]


def _stateful(service: str, spec: Mapping[str, Any], notices: Sequence[Notice], stack: Stack) -> Contribution:
    """All pods start at once, as in Docker. The controller adds 11 characters to the name, within a label."""
    problems = []
    if len(stack.workload_name(service)) > MAX_LENGTH - REVISION:
        message = f"the name {stack.workload_name(service)} is too long for a StatefulSet"
        problems.append(Refusal(f"services.{service}.x-kubernetes.workload", message, "choose a shorter name"))
    ordered = {
        "podManagementPolicy": "Parallel",
        "serviceName": stack.labels[service],
        "updateStrategy": {"type": "RollingUpdate"},
    }
    return Contribution(workload={"spec": {**spec, **ordered}}, notices=notices, problems=problems)


def _strategy(start_first: bool, at_once: int, pods: int | None) -> dict[str, Any]:
    """`at_once` 0 means all.

    One pod, or all at once, is Recreate: the only strategy under which the old pods are gone first.
    """
    if start_first:
        return {"rollingUpdate": {"maxSurge": at_once or "100%", "maxUnavailable": 0}, "type": "RollingUpdate"}
    if pods is not None and (pods <= 1 or at_once == 0):
        return {"type": "Recreate"}
    return {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": at_once or "100%"}, "type": "RollingUpdate"}
