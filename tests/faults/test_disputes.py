"""Another manager that flaps a field: it is detected, named, and no reason for a hot loop."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count

from composestack.kinds import KINDS
from composestack.reconcile.disputes import PATIENCE
from tests.faults.trial import Spec, Trial

SPEC: Spec = {"compose": "services: {web: {image: 'nginx:1.27', ports: ['80']}, cache: {image: redis}}"}
SECONDS = 1.5


def insist(trial: Trial, done: Callable[[], bool]) -> int:
    """Change the number of replicas until that is so. Returns how often."""
    for changes in count():
        if done():
            return changes
        trial.api.merge(KINDS["Deployment"], trial.namespace, "shop-web", {"spec": {"replicas": 3}})
        time.sleep(0.1)
    raise AssertionError


def events(trial: Trial) -> list[str]:
    path = f"/apis/events.k8s.io/v1/namespaces/{trial.namespace}/events"
    return [each["note"] for each in trial.api.request("GET", path)["items"] if each["reason"] == "FieldConflict"]


def test_somebody_who_insists_on_a_field_is_named_and_answered_ever_more_rarely(
    trial: Trial, report: Callable[[str], None]
) -> None:
    trial.start()
    before = trial.reached(SPEC)
    mark, began = len(trial.proxy.writes()), time.monotonic()

    def deadline(seconds: float) -> Callable[[], bool]:
        end = time.monotonic() + seconds
        return lambda: time.monotonic() > end

    given_up = deadline(60)
    changes = insist(trial, lambda: trial.condition().get("reason") == "FieldConflict" or given_up())
    seen = trial.condition()
    assert (seen["status"], seen["reason"]) == ("False", "FieldConflict"), seen
    assert all(word in seen["message"] for word in ("Deployment/shop-web", "tests", ".spec.replicas"))

    changes += insist(trial, deadline(SECONDS))
    writes = [call for call in trial.proxy.writes()[mark:] if not call.path.endswith("/status")]
    took = time.monotonic() - began
    report(f"disputes: {len(writes)} writes of the operator after {changes} of another manager in {took:.0f} s")
    assert PATIENCE <= len(writes) <= PATIENCE + 2
    assert len(events(trial)) == 1
    trial.expect(before)
