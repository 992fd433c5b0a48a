"""The status of a stack as a pure function of its plan and of what lives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from composestack.api.conditions import READY, STALLED, Conditions, shortened
from composestack.api.reasons import Reason
from composestack.api.v1alpha1 import (
    ComposeStackStatus,
    Condition,
    InventoryEntry,
    LastReady,
    NoticeStatus,
    RolledBack,
    ServiceStatus,
    VolumeStatus,
)
from composestack.compose.problems import Notice
from composestack.kinds import Ref
from composestack.reconcile.gates import Gate, pods_of, shut_gates
from composestack.reconcile.health import NOT_OBSERVED, UPDATING
from composestack.reconcile.port import Child, Health, Live, Phase, Pod
from composestack.translate.labels import DIGEST
from composestack.translate.plan import Manifest, Plan, PlannedService

NOTICE_LIMIT = 50
"""Notices written out in a status; `noticeCount` tells how many there are."""

NOTICE_LENGTH = 512
"""Characters of the path of a notice, and of its message: keys of a Compose file may have any length, and a stack with
its status has to fit into one object of the API.
"""

NAMES_LIMIT = 5
"""Services named in a condition's message."""


PATIENT = frozenset({"NotObserved", "Updating", "NotAvailable", "NotStarted", "Running", "NotReady", "Terminating"})
"""Reasons (see health.py and observe.py) that only say that something takes its time."""


class State(StrEnum):
    """How a service is doing."""

    RUNNING = "Running"
    COMPLETED = "Completed"
    SCHEDULED = "Scheduled"
    PROGRESSING = "Progressing"
    WAITING = "Waiting"
    FAILED = "Failed"


class Standing(StrEnum):
    """How the stack as a whole is doing; each is one combination of conditions (see api/conditions.py)."""

    READY = "Ready"
    PROGRESSING = "Progressing"
    FAILING = "Failing"
    STALLED = "Stalled"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the conditions say."""

    standing: Standing
    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class Observation:
    """What a reconcile that got as far as the cluster has seen."""

    revision: str
    services: tuple[ServiceStatus, ...]
    volumes: tuple[VolumeStatus, ...]
    notices: tuple[Notice, ...]
    inventory: tuple[InventoryEntry, ...]
    last_ready: LastReady | None = None
    rolled_back: RolledBack | None = None

    @property
    def rolled_out(self) -> bool:
        """Whether all services are ready, so that no pod of an older template runs any more."""
        return all(is_ready(service) for service in self.services)


def observe(plan: Plan, live: Live, *, uid: str, revision: str) -> Observation:
    """Look at everything that the plan names, and at what the stack owns besides."""
    children = live.children
    meant = {Ref(manifest["kind"], manifest["metadata"]["name"]): manifest for manifest in plan.manifests}
    shut = {(gate.service, gate.workload): gate for gate in shut_gates(plan, live)}
    services = tuple(
        service_status(service, meant[service.workload], live, shut.get((service.name, service.workload)))
        for service in plan.services
    )
    volumes = tuple(
        VolumeStatus(
            name=volume.name,
            claim=volume.claim,
            phase=claim_phase(children.get(Ref("PersistentVolumeClaim", volume.claim))),
        )
        for volume in plan.volumes
    )
    owned = {
        ref: child.meant
        for ref, child in children.items()
        if child.owner_uid == uid or (ref in meant and not child.owner_uid)
    }
    inventory = tuple(InventoryEntry(id=str(ref), hash=digest) for ref, digest in sorted(owned.items()))
    return Observation(revision, services, volumes, plan.notices, inventory)


def service_status(service: PlannedService, manifest: Manifest, live: Live, gate: Gate | None) -> ServiceStatus:
    """Tell how one service is doing, and why it is not ready if it is not.

    `manifest` is its workload in the plan, `gate` what keeps the workload from being created, if anything.
    """
    child = live.children.get(service.workload)
    health = child.health if child else Health(Phase.IN_PROGRESS, 0, service.replicas or 0)
    state, reason, message = _state(service, manifest, live, gate)
    if child is not None and service.container:
        health = replace(health, ready=sum(pod.ready for pod in pods_of(service, live)))
    return ServiceStatus(
        name=service.name,
        kind=service.workload.kind,
        ready=f"{health.ready}/{health.desired}",
        state=state,
        reason=reason or None,
        message=message or None,
        image=service.image,
        endpoints=list(service.endpoints) or None,
    )


def _state(service: PlannedService, manifest: Manifest, live: Live, gate: Gate | None) -> tuple[State, str, str]:
    child = live.children.get(service.workload)
    if gate is not None:
        why = Reason.DEPENDENCY_FAILED if gate.failed else Reason.WAITING_FOR_DEPENDENCY
        return State.WAITING, why, "waits for " + ", ".join(gate.waiting_for)
    if child is None:
        return State.PROGRESSING, "", "is being created"
    if child.meant != manifest["metadata"]["annotations"][DIGEST]:
        return State.PROGRESSING, "", "is being updated"
    health = child.health
    mine = pods_of(service, live)
    if health.phase is Phase.CURRENT:
        return _settled(child), "", ""
    serves = is_server(manifest) or (service.container and health.reason not in {NOT_OBSERVED, UPDATING})
    enough = len(mine) >= (health.desired if service.container else 1)
    if health.phase is Phase.IN_PROGRESS and serves and mine and enough and all(pod.ready for pod in mine):
        return State.RUNNING, "", ""
    stuck = next((pod for pod in mine if pod.reason), None)
    reason, message = _why(stuck, health)
    patient = PATIENT | {"Unschedulable"} if live.is_binding else PATIENT
    failed = health.phase is Phase.FAILED or bool(reason and reason not in patient)
    return (State.FAILED if failed else State.PROGRESSING), reason, message


def _why(stuck: Pod | None, health: Health) -> tuple[str, str]:
    """Return reason and message: what the pod says that is stuck is the cause. That its workload has failed for good,
    such as by its deadline, is said besides: nothing may come of waiting any longer.
    """
    if stuck is None:
        return health.reason, health.message
    failed = f"{health.reason}: {health.message}" if health.phase is Phase.FAILED else ""
    return stuck.reason, "; ".join(filter(None, (stuck.message, failed)))


def _settled(child: Child) -> State:
    """Return the state of a service whose workload is as it should be."""
    if child.ref.kind == "CronJob":
        return State.SCHEDULED
    done = child.ref.kind == "Job" and child.health.ready >= child.health.desired
    return State.COMPLETED if done else State.RUNNING


def is_server(manifest: Manifest) -> bool:
    """Tell whether a Job is a server that is not restarted, and no task: it is ready when it serves, not when it ends.

    What has ports or a healthcheck serves.
    """
    containers = manifest["spec"].get("template", {}).get("spec", {}).get("containers", ())
    return manifest["kind"] == "Job" and any("ports" in each or "readinessProbe" in each for each in containers)


def claim_phase(child: Child | None) -> str:
    """Return the phase of a claim in the API's words."""
    return "Bound" if child is not None and child.health.phase is Phase.CURRENT else "Pending"


def verdict(services: Sequence[ServiceStatus]) -> Verdict:
    """Judge the stack by its services."""
    ready = sum(is_ready(service) for service in services)
    summary = f"{ready} of {len(services)} services are ready"
    failed = [service for service in services if service.state == State.FAILED]
    if failed:
        causes = "; ".join(
            f"{s.name}: {s.reason or 'failed'}{f' ({s.message})' if s.message else ''}" for s in failed[:NAMES_LIMIT]
        )
        return Verdict(Standing.FAILING, Reason.WORKLOAD_FAILED, f"{summary}. {causes}")
    if ready == len(services):
        return Verdict(Standing.READY, Reason.READY, summary)
    blocked = [service for service in services if service.reason == Reason.DEPENDENCY_FAILED]
    if blocked:
        return Verdict(
            Standing.FAILING, Reason.DEPENDENCY_FAILED, f"{summary}. {_names(blocked)}: a dependency has failed"
        )
    moving = [service for service in services if service.state == State.PROGRESSING]
    if moving:
        return Verdict(Standing.PROGRESSING, Reason.PROGRESSING, f"{summary}. In progress: {_names(moving)}")
    waiting = [service for service in services if service.state == State.WAITING]
    return Verdict(Standing.PROGRESSING, Reason.WAITING_FOR_DEPENDENCY, f"{summary}. Waiting: {_names(waiting)}")


def is_ready(service: ServiceStatus) -> bool:
    """Tell whether a service does what it shall do."""
    return service.state in {State.RUNNING, State.COMPLETED, State.SCHEDULED}


def _names(services: Sequence[ServiceStatus]) -> str:
    names = [service.name for service in services]
    rest = len(names) - NAMES_LIMIT
    return ", ".join(names[:NAMES_LIMIT]) + (f" and {rest} more" if rest > 0 else "")


def next_status(
    previous: ComposeStackStatus, verdict: Verdict, seen: Observation | None, *, metadata: Mapping[str, Any], now: str
) -> ComposeStackStatus:
    """Return the status to write. Where nothing was seen (bad input), what was known of the last good generation stays.

    `metadata` is the stack's, `now` a timestamp as the API writes it.
    """
    generation = metadata.get("generation", 0)
    conditions = Conditions(previous.conditions or (), generation=generation, now=now)
    update: dict[str, Any] = {"observed_generation": generation, "conditions": _conditions(conditions, verdict)}
    requested = metadata.get("annotations", {}).get(RECONCILE_REQUESTED)
    if requested is not None:
        update["last_handled_reconcile_at"] = requested
    if seen is not None:
        update |= {
            "services": list(seen.services),
            "services_ready": f"{sum(map(is_ready, seen.services))}/{len(seen.services)}",
            "volumes": list(seen.volumes),
            "notices": list(map(_notice, seen.notices[:NOTICE_LIMIT])),
            "notice_count": len(seen.notices),
            "inventory": list(seen.inventory),
            "last_applied_revision": seen.revision,
            "last_ready": seen.last_ready,
            "rolled_back": seen.rolled_back,
        }
    return previous.model_copy(update=update)


RECONCILE_REQUESTED = "composestack.io/reconcile-requested-at"
"""Annotation on the stack: a new value asks for a reconcile; the status echoes it."""


def _notice(notice: Notice) -> NoticeStatus:
    path, message = shortened(notice.path, NOTICE_LENGTH), shortened(notice.message, NOTICE_LENGTH)
    return NoticeStatus(code=notice.code, path=path, message=message)


def _conditions(conditions: Conditions, verdict: Verdict) -> list[Condition]:
    match verdict.standing:
        case Standing.READY:
            return conditions.ready(verdict.reason, verdict.message)
        case Standing.STALLED:
            return conditions.stalled(verdict.reason, verdict.message)
        case _:
            return conditions.progressing(verdict.reason, verdict.message, failing=verdict.standing is Standing.FAILING)


def condition(status: ComposeStackStatus, type_: str) -> Condition | None:
    """Return the condition of that type."""
    return next((condition for condition in status.conditions or () if condition.type == type_), None)


def urgent(previous: ComposeStackStatus, following: ComposeStackStatus) -> bool:
    """Tell whether somebody may wait for this change: another generation, ready or no longer ready, disputed,
    stalled, rolled back, or no longer so.

    The rest (a count, a message on the way) is written too, but not more often than every few seconds.
    """

    def signs(status: ComposeStackStatus) -> tuple[Any, ...]:
        ready = condition(status, READY)
        requested = status.last_handled_reconcile_at
        return (
            status.observed_generation,
            ready and ready.status == "True",
            ready and ready.reason == Reason.FIELD_CONFLICT,
            condition(status, STALLED) is not None,
            status.rolled_back,
            requested,
        )

    return signs(previous) != signs(following)
