"""`depends_on` and `pre_start` as gates: which workloads may be created yet, restarted or changed (Compose spec,
services, depends_on and pre_start).

A gate of `depends_on` orders creation, and restarts with a dependency; one of `pre_start` orders changes as well. Once
a workload exists it is never withdrawn. Nothing is remembered; all is read off what lives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from composestack.kinds import Ref
from composestack.reconcile.health import NOT_OBSERVED, UPDATING
from composestack.reconcile.port import Child, Live, Phase, Pod
from composestack.translate.digest import digests
from composestack.translate.labels import dependency
from composestack.translate.names import label_value
from composestack.translate.plan import Awaited, Manifest, Need, Plan, PlannedService
from composestack.translate.stamps import stamps


@dataclass(frozen=True, slots=True)
class Gate:
    """A shut gate before the workload of a service, or before a step that runs first.

    It waits for `waiting_for`; `failed` says that one of them has failed for good.
    """

    service: str
    workload: Ref
    waiting_for: tuple[str, ...]
    failed: bool


def shut_gates(plan: Plan, live: Live) -> tuple[Gate, ...]:
    """Return the gates that are shut, in the order of the plan's services."""
    dependencies = _Dependencies({service.name: service for service in plan.services}, digests(plan.manifests), live)
    manifests = {Ref(manifest["kind"], manifest["metadata"]["name"]): manifest for manifest in plan.manifests}
    gates = []
    for service in plan.services:
        child = live.children.get(service.workload)
        if child is None:
            unmet = [need for need in service.needs if not dependencies.met(need)]
        else:
            changed = _changed_stamps(manifests[service.workload], child)
            unmet = [need for need in service.needs if dependencies.stamp(need) in changed]
            unmet = [need for need in unmet if not dependencies.renewed(need)]
        if unmet:
            failed = any(dependencies.failed(need) for need in unmet)
            names = tuple(need.service for need in unmet)
            gates += [Gate(service.name, ref, names, failed) for ref in (*service.steps, service.workload)]
        else:
            gates += _gates_of_steps(service, dependencies)
    return tuple(gates)


def _gates_of_steps(service: PlannedService, dependencies: _Dependencies) -> list[Gate]:
    """Keep what comes after the first step that has not completed. A workload that is as it should be needs no step."""
    pending = next((step for step in service.steps if not dependencies.completed(step)), None)
    if pending is None:
        return []
    later = [*service.steps[service.steps.index(pending) + 1 :]]
    if not dependencies.is_as_meant(service.workload):
        later.append(service.workload)
    failed = dependencies.has_failed(pending)
    return [Gate(service.name, ref, (str(pending),), failed) for ref in later]


def _changed_stamps(manifest: Manifest, child: Child) -> set[str]:
    """Return the annotations of a living workload that make it follow a dependency which changed."""
    given = dict(pair.split("=", 1) for pair in child.stamps.split(",") if pair)
    return {key for key, digest in stamps(manifest).items() if given.get(key) != digest}


@dataclass(frozen=True, slots=True)
class _Dependencies:
    services: Mapping[str, PlannedService]
    digests: Mapping[Ref, str]
    live: Live

    def is_as_meant(self, ref: Ref) -> bool:
        """Tell whether an object lives as the plan means it now, and is not an older one."""
        child = self.live.children.get(ref)
        return child is not None and child.meant == self.digests[ref]

    def completed(self, step: Ref) -> bool:
        """Tell whether a step has completed, as the plan means it now."""
        return self.is_as_meant(step) and _complete(self.live.children[step])

    def has_failed(self, step: Ref) -> bool:
        """Tell whether a step has failed for good, as the plan means it now."""
        return self.is_as_meant(step) and self.live.children[step].health.phase is Phase.FAILED

    def stamp(self, need: Need) -> str:
        """Return the annotation by which pods follow a dependency: it bears the name of the host of that pod."""
        service = self.services.get(need.service)
        return dependency(service.host or service.name if service else need.service)

    def met(self, need: Need) -> bool:
        """Tell whether a condition holds for the dependency as the plan means it now, not for an older one."""
        service = self.services.get(need.service)
        if service is None:
            return not need.required
        child = self._child(service)
        if child is None:
            return False
        if self._excused(need, child):
            return True
        if _complete(child):
            return need.condition is not Awaited.COMPLETED or child.ref.kind == "Job"
        if need.condition is Awaited.STARTED:
            return self._started(service) >= max(child.health.desired, 1)
        return need.condition is Awaited.HEALTHY and self._is_ready_in_its_pods(service, child)

    def renewed(self, need: Need) -> bool:
        """Tell whether all pods of the dependency are those that the plan means now, and are as they should be.

        Pods that have only started could be old ones, except those of a Job: that is created anew.
        """
        service = self.services.get(need.service)
        child = self._child(service) if service else None
        if service is None or child is None:
            return service is None
        if self._excused(need, child) or _complete(child):
            return True
        started = self._started(service, child.uid)
        return child.ref.kind == "Job" and need.condition is Awaited.STARTED and started >= child.health.desired

    def failed(self, need: Need) -> bool:
        """Tell whether the dependency has failed for good, as far as Kubernetes can know."""
        service = self.services.get(need.service)
        child = self.live.children.get(service.workload) if service else None
        return child is not None and child.health.phase is Phase.FAILED

    def _child(self, service: PlannedService) -> Child | None:
        """Return the workload of a service if it lives as the plan means it."""
        child = self.live.children.get(service.workload)
        return child if child is not None and child.meant == self.digests[service.workload] else None

    def _excused(self, need: Need, child: Child) -> bool:
        return not need.required and child.health.phase is Phase.FAILED

    def _started(self, service: PlannedService, owner_uid: str = "") -> int:
        return sum(pod.started for pod in pods_of(service, self.live) if owner_uid in {"", pod.owner_uid})

    def _is_ready_in_its_pods(self, service: PlannedService, child: Child) -> bool:
        """Tell whether a service of a shared pod is ready, though others of the pod may not be."""
        if not service.container or child.health.reason in {NOT_OBSERVED, UPDATING}:
            return False
        return sum(pod.ready for pod in pods_of(service, self.live)) >= max(child.health.desired, 1)


def pods_of(service: PlannedService, live: Live) -> list[Pod]:
    """Return the pods that run a service and are there to stay, as its container has them."""
    label = label_value(service.host or service.name)
    return [pod.seen_by(service.container) for pod in live.pods_by_service.get(label, ())]


def _complete(child: Child) -> bool:
    return child.health.phase is Phase.CURRENT and child.health.ready >= child.health.desired
