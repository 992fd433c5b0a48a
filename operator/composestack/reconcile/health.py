"""How far an object is, read off its own status as kstatus does.

Source: sigs.k8s.io/cli-utils, pkg/kstatus/status, generic.go and core.go. Where we differ, the function says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from composestack.reconcile.port import Health, Phase
from composestack.translate.plan import Manifest

CURRENT = Health(Phase.CURRENT)
NOT_OBSERVED, UPDATING, NOT_AVAILABLE = "NotObserved", "Updating", "NotAvailable"


def health(live: Manifest) -> Health:
    """Return the health of a live object. Kinds without a status of their own are current as soon as they exist."""
    metadata, status = live["metadata"], live.get("status") or {}
    rule = RULES.get(live["kind"])
    found = rule(live.get("spec", {}), status) if rule else CURRENT
    if "deletionTimestamp" in metadata:
        return Health(Phase.TERMINATING, found.ready, found.desired, "Terminating", "the object is being deleted")
    if status.get("observedGeneration", metadata.get("generation")) != metadata.get("generation"):
        return _waiting(found.ready, found.desired, NOT_OBSERVED, "the controller has not seen the latest change yet")
    return found


def _waiting(ready: int, desired: int, reason: str, message: str) -> Health:
    return Health(Phase.IN_PROGRESS, ready, desired, reason, message)


def _failed(ready: int, desired: int, condition: Mapping[str, Any]) -> Health:
    return Health(Phase.FAILED, ready, desired, condition.get("reason", ""), condition.get("message", ""))


def _conditions(status: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {condition["type"]: condition for condition in status.get("conditions", ())}


def _is_true(conditions: Mapping[str, Mapping[str, Any]], name: str) -> bool:
    return conditions.get(name, {}).get("status") == "True"


def _deployment(spec: Mapping[str, Any], status: Mapping[str, Any]) -> Health:
    desired, ready = spec.get("replicas", 1), status.get("readyReplicas", 0)
    conditions = _conditions(status)
    progressing = conditions.get("Progressing", {})
    # A quota, Pod Security, a webhook: pods cannot be created at all.
    failure = conditions["ReplicaFailure"] if _is_true(conditions, "ReplicaFailure") else {}
    if progressing.get("reason") == "ProgressDeadlineExceeded":
        missed = _failed(ready, desired, progressing)
        return replace(missed, message=f"{failure['message']}; {missed.message}") if failure.get("message") else missed
    if failure:
        return _waiting(ready, desired, failure.get("reason", ""), failure.get("message", ""))
    total = status.get("replicas", 0)
    created = min(total, status.get("updatedReplicas", 0))
    available = min(status.get("availableReplicas", 0), ready)
    rolled_out = progressing.get("reason") == "NewReplicaSetAvailable" and _is_true(conditions, "Available")
    steps = (
        (created >= desired, UPDATING, f"{created} of {desired} pods are created"),
        (total <= desired, UPDATING, f"{total - desired} old pods are still there"),
        (available >= desired, NOT_AVAILABLE, f"{available} of {desired} pods are available"),
        (rolled_out, NOT_AVAILABLE, "the deployment is not available yet"),
    )
    return _rollout(ready, desired, steps)


def _stateful_set(spec: Mapping[str, Any], status: Mapping[str, Any]) -> Health:
    desired, ready = spec.get("replicas", 1), status.get("readyReplicas", 0)
    total, updated = status.get("replicas", 0), status.get("updatedReplicas", 0)
    available = min(status.get("availableReplicas", 0), ready)
    rolled_out = status.get("currentRevision") == status.get("updateRevision")
    steps = (
        ("observedGeneration" in status, NOT_OBSERVED, "the controller has not seen the object yet"),
        (updated >= desired, UPDATING, f"{updated} of {desired} pods are created"),
        (total <= desired, UPDATING, f"{total - desired} old pods are still there"),
        (available >= desired, NOT_AVAILABLE, f"{available} of {desired} pods are available"),
        (rolled_out, UPDATING, "the rollout is not complete yet"),
    )
    return _rollout(ready, desired, steps)


def _daemonset(_: Mapping[str, Any], status: Mapping[str, Any]) -> Health:
    desired, ready = status.get("desiredNumberScheduled", 0), status.get("numberReady", 0)
    created = min(status.get("currentNumberScheduled", 0), status.get("updatedNumberScheduled", 0))
    available = min(status.get("numberAvailable", 0), ready)
    steps = (
        ("observedGeneration" in status, NOT_OBSERVED, "the controller has not seen the object yet"),
        (created >= desired, UPDATING, f"{created} of {desired} pods are created"),
        (available >= desired, NOT_AVAILABLE, f"{available} of {desired} pods are available"),
    )
    return _rollout(ready, desired, steps)


def _rollout(ready: int, desired: int, steps: Iterable[tuple[bool, str, str]]) -> Health:
    """Return the first step (done, reason, message) that is not done."""
    for done, reason, message in steps:
        if not done:
            return _waiting(ready, desired, reason, message)
    return Health(Phase.CURRENT, ready, desired)


def _job(spec: Mapping[str, Any], status: Mapping[str, Any]) -> Health:
    """Read a Job. Unlike kstatus, a running Job is in progress: whoever awaits it wants it complete."""
    desired, succeeded = spec.get("completions", spec.get("parallelism", 1)), status.get("succeeded", 0)
    conditions = _conditions(status)
    if _is_true(conditions, "Complete"):
        return Health(Phase.CURRENT, max(succeeded, desired), desired)
    for name in ("Failed", "FailureTarget"):
        if _is_true(conditions, name):
            return _failed(succeeded, desired, conditions[name])
    if "startTime" not in status:
        return _waiting(succeeded, desired, "NotStarted", "the job has not started yet")
    return _waiting(succeeded, desired, "Running", f"{succeeded} of {desired} completed")


def _claim(_: Mapping[str, Any], status: Mapping[str, Any]) -> Health:
    """Read a claim. Pending is no failure: the class may wait for the first pod that uses it (WaitForFirstConsumer)."""
    phase = status.get("phase", "Pending")
    if phase == "Bound":
        return CURRENT
    if phase == "Lost":
        return Health(Phase.FAILED, reason="Lost", message="the volume of this claim no longer exists")
    return _waiting(0, 0, "Pending", "the claim is not bound to a volume yet")


def _service(spec: Mapping[str, Any], _: Mapping[str, Any]) -> Health:
    if spec.get("type") == "LoadBalancer" and not spec.get("clusterIP"):
        return _waiting(0, 0, "NoIPAssigned", "the service has no address yet")
    return CURRENT


RULES: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Health]] = {
    "Deployment": _deployment,
    "StatefulSet": _stateful_set,
    "DaemonSet": _daemonset,
    "Job": _job,
    "PersistentVolumeClaim": _claim,
    "Service": _service,
}
