from __future__ import annotations

from typing import Any

import pytest

from composestack.reconcile.health import health
from composestack.reconcile.port import Health, Phase


def of(kind: str, spec: dict[str, Any] | None = None, **status: Any) -> Health:
    return health({"kind": kind, "metadata": {"generation": 1}, "spec": spec or {}, "status": status})


def condition(kind: str, status: str = "True", reason: str = "", message: str = "") -> dict[str, str]:
    return {"type": kind, "status": status, "reason": reason, "message": message}


ROLLED_OUT = [condition("Progressing", reason="NewReplicaSetAvailable"), condition("Available")]


def deployment(**status: Any) -> Health:
    """Two pods wanted, all well by default."""
    counts = dict.fromkeys(("replicas", "updatedReplicas", "readyReplicas", "availableReplicas"), 2)
    return of("Deployment", {"replicas": 2}, **{"observedGeneration": 1, "conditions": ROLLED_OUT, **counts, **status})


def test_a_rolled_out_deployment_is_current() -> None:
    assert deployment() == Health(Phase.CURRENT, 2, 2)


@pytest.mark.parametrize(
    ("status", "ready", "reason"),
    [
        ({"observedGeneration": 0}, 2, "NotObserved"),
        ({"replicas": 1}, 2, "Updating"),
        ({"updatedReplicas": 1}, 2, "Updating"),
        ({"replicas": 3}, 2, "Updating"),
        ({"availableReplicas": 1}, 2, "NotAvailable"),
        ({"readyReplicas": 1}, 1, "NotAvailable"),
        ({"conditions": ROLLED_OUT[1:]}, 2, "NotAvailable"),
        ({"conditions": [ROLLED_OUT[0], condition("Available", "False")]}, 2, "NotAvailable"),
    ],
)
def test_a_deployment_on_its_way_is_in_progress(status: dict[str, Any], ready: int, reason: str) -> None:
    found = deployment(**status)

    assert (found.phase, found.ready, found.desired, found.reason) == (Phase.IN_PROGRESS, ready, 2, reason)


def test_a_deployment_that_missed_its_deadline_has_failed() -> None:
    missed = condition("Progressing", "False", "ProgressDeadlineExceeded", "timed out")

    assert deployment(conditions=[missed], readyReplicas=1) == Health(
        Phase.FAILED, 1, 2, "ProgressDeadlineExceeded", "timed out"
    )


def test_a_deployment_whose_pods_are_refused_says_why() -> None:
    refused = condition("ReplicaFailure", reason="FailedCreate", message="violates PodSecurity")

    found = deployment(conditions=[refused], replicas=0)

    assert (found.phase, found.reason, found.message) == (Phase.IN_PROGRESS, "FailedCreate", "violates PodSecurity")


def test_it_still_says_why_when_the_deadline_is_missed() -> None:
    refused = condition("ReplicaFailure", reason="FailedCreate", message="violates PodSecurity")
    missed = condition("Progressing", "False", "ProgressDeadlineExceeded", "timed out")

    found = deployment(conditions=[refused, missed], replicas=0)

    assert (found.phase, found.reason) == (Phase.FAILED, "ProgressDeadlineExceeded")
    assert found.message == "violates PodSecurity; timed out"


def test_a_deployment_of_no_pods_is_current_once_it_was_seen() -> None:
    assert of("Deployment", {"replicas": 0}).phase is Phase.IN_PROGRESS
    assert of("Deployment", {"replicas": 0}, conditions=ROLLED_OUT) == Health(Phase.CURRENT, 0, 0)


def daemonset(**status: Any) -> Health:
    names = ("desired", "current", "updated")
    counts = {f"{name}NumberScheduled": 3 for name in names} | {"numberReady": 3, "numberAvailable": 3}
    return of("DaemonSet", **{"observedGeneration": 1, **counts, **status})


def test_a_daemonset_is_current_when_every_node_has_its_pod() -> None:
    assert daemonset() == Health(Phase.CURRENT, 3, 3)
    assert of("DaemonSet").phase is Phase.IN_PROGRESS
    assert of("DaemonSet", observedGeneration=1, desiredNumberScheduled=0).phase is Phase.CURRENT


@pytest.mark.parametrize(
    "name", ["currentNumberScheduled", "updatedNumberScheduled", "numberReady", "numberAvailable", "observedGeneration"]
)
def test_a_daemonset_that_lacks_anything_is_in_progress(name: str) -> None:
    assert daemonset(**{name: 2}).phase is Phase.IN_PROGRESS


def stateful_set(**status: Any) -> Health:
    """Two pods wanted, all well by default."""
    counts = dict.fromkeys(("replicas", "updatedReplicas", "readyReplicas", "availableReplicas"), 2)
    revisions = {"currentRevision": "db-1", "updateRevision": "db-1"}
    return of("StatefulSet", {"replicas": 2}, **{"observedGeneration": 1, **revisions, **counts, **status})


def test_a_rolled_out_stateful_set_is_current() -> None:
    assert stateful_set() == Health(Phase.CURRENT, 2, 2)


@pytest.mark.parametrize(
    ("status", "ready", "reason"),
    [
        ({"observedGeneration": 0}, 2, "NotObserved"),
        ({"updatedReplicas": 1}, 2, "Updating"),
        ({"replicas": 3}, 2, "Updating"),
        ({"updateRevision": "db-2"}, 2, "Updating"),
        ({"availableReplicas": 1}, 2, "NotAvailable"),
        ({"readyReplicas": 1}, 1, "NotAvailable"),
    ],
)
def test_a_stateful_set_on_its_way_is_in_progress(status: dict[str, Any], ready: int, reason: str) -> None:
    found = stateful_set(**status)

    assert (found.phase, found.ready, found.desired, found.reason) == (Phase.IN_PROGRESS, ready, 2, reason)


def test_a_stateful_set_that_nobody_has_seen_is_in_progress() -> None:
    assert of("StatefulSet", {"replicas": 0}).reason == "NotObserved"


def test_a_job_is_current_when_it_is_complete() -> None:
    assert of("Job", {"completions": 2}) == Health(Phase.IN_PROGRESS, 0, 2, "NotStarted", "the job has not started yet")
    running = of("Job", {"completions": 2}, startTime="now", succeeded=1)
    assert (running.phase, running.ready, running.desired) == (Phase.IN_PROGRESS, 1, 2)
    assert of("Job", {}, conditions=[condition("Complete")], succeeded=1) == Health(Phase.CURRENT, 1, 1)


@pytest.mark.parametrize("name", ["Failed", "FailureTarget"])
def test_a_failed_job_says_why(name: str) -> None:
    failed = condition(name, reason="BackoffLimitExceeded", message="has reached the backoff limit")

    found = of("Job", {}, conditions=[failed])

    assert found == Health(Phase.FAILED, 0, 1, "BackoffLimitExceeded", "has reached the backoff limit")


def test_a_claim_is_current_when_bound_and_pending_is_no_failure() -> None:
    assert of("PersistentVolumeClaim", phase="Bound").phase is Phase.CURRENT
    assert of("PersistentVolumeClaim", phase="Pending").phase is Phase.IN_PROGRESS
    assert of("PersistentVolumeClaim").phase is Phase.IN_PROGRESS
    assert of("PersistentVolumeClaim", phase="Lost").phase is Phase.FAILED


def test_a_load_balancer_without_an_address_is_in_progress() -> None:
    assert of("Service", {"type": "LoadBalancer"}).phase is Phase.IN_PROGRESS
    assert of("Service", {"type": "LoadBalancer", "clusterIP": "10.0.0.1"}).phase is Phase.CURRENT
    assert of("Service", {"clusterIP": "None"}).phase is Phase.CURRENT


@pytest.mark.parametrize("kind", ["ConfigMap", "Secret", "NetworkPolicy"])
def test_what_has_no_status_is_current(kind: str) -> None:
    assert health({"kind": kind, "metadata": {}}) == Health(Phase.CURRENT)


def test_what_is_being_deleted_is_terminating_whatever_its_status_says() -> None:
    live = {"kind": "ConfigMap", "metadata": {"deletionTimestamp": "now"}}

    assert health(live).phase is Phase.TERMINATING
