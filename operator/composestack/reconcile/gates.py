"""`depends_on` as gates: which workloads may be created yet (Compose spec, services, depends_on).

A gate orders creation and nothing else: once a workload exists it is never withdrawn. Nothing is remembered; all is
read off what lives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from composestack.kinds import Ref
from composestack.reconcile.port import Live, Phase
from composestack.translate.digest import digests
from composestack.translate.names import label_value
from composestack.translate.plan import Awaited, Need, Plan, PlannedService


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
    gates = []
    for service in plan.services:
        if service.workload in live.children:
            continue
        unmet = [need for need in service.needs if not dependencies.met(need)]
        if unmet:
            failed = any(dependencies.failed(need) for need in unmet)
            gates.append(Gate(service.name, service.workload, tuple(need.service for need in unmet), failed))
    return tuple(gates)


@dataclass(frozen=True, slots=True)
class _Dependencies:
    services: Mapping[str, PlannedService]
    digests: Mapping[Ref, str]
    live: Live

    def met(self, need: Need) -> bool:
        """Tell whether a condition holds for the dependency as the plan means it now, not for an older one."""
        service = self.services.get(need.service)
        if service is None:
            return not need.required
        child = self.live.children.get(service.workload)
        if child is None or child.meant != self.digests[service.workload]:
            return False
        if not need.required and child.health.phase is Phase.FAILED:
            return True
        health = child.health
        complete = health.phase is Phase.CURRENT and health.ready >= health.desired
        match need.condition:
            case Awaited.COMPLETED:
                return complete and child.ref.kind == "Job"
            case Awaited.HEALTHY:
                return complete
            case Awaited.STARTED:
                return complete or self._started(need.service) >= max(health.desired, 1)

    def failed(self, need: Need) -> bool:
        """Tell whether the dependency has failed for good, as far as Kubernetes can know."""
        service = self.services.get(need.service)
        child = self.live.children.get(service.workload) if service else None
        return child is not None and child.health.phase is Phase.FAILED

    def _started(self, service: str) -> int:
        return sum(pod.started and not pod.deleting for pod in self.live.pods if pod.service == label_value(service))
