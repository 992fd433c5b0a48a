"""`depends_on` as gates: which workloads may be created yet, or restarted (Compose spec, services, depends_on).

A gate orders creation, and restarts with a dependency; once a workload exists it is never withdrawn. Nothing is
remembered; all is read off what lives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from composestack.kinds import Ref
from composestack.reconcile.port import Child, Live, Phase
from composestack.translate.digest import digests
from composestack.translate.labels import dependency
from composestack.translate.names import label_value
from composestack.translate.plan import Awaited, Manifest, Need, Plan, PlannedService
from composestack.translate.stamps import stamps


@dataclass(frozen=True, slots=True)
class Gate:
    """A shut gate: `service` waits for `waiting_for`; `failed` says that one of them has failed for good."""

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
            gates.append(Gate(service.name, service.workload, tuple(need.service for need in unmet), failed))
    return tuple(gates)


def _changed_stamps(manifest: Manifest, child: Child) -> set[str]:
    """Return the annotations of a living workload that make it follow a dependency which changed."""
    given = dict(pair.split("=", 1) for pair in child.stamps.split(",") if pair)
    return {key for key, digest in stamps(manifest).items() if given.get(key) != digest}


@dataclass(frozen=True, slots=True)
class _Dependencies:
    services: Mapping[str, PlannedService]
    digests: Mapping[Ref, str]
    live: Live

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
        return need.condition is Awaited.STARTED and self._started(service) >= max(child.health.desired, 1)

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
        label = label_value(service.host or service.name)
        return sum(
            pod.started and not pod.deleting and owner_uid in {"", pod.owner_uid}
            for pod in self.live.pods
            if pod.service == label
        )


def _complete(child: Child) -> bool:
    return child.health.phase is Phase.CURRENT and child.health.ready >= child.health.desired
