"""Intermediate states of a rollback: the operator is killed after each of its writes on the way back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from composestack.kinds import KINDS
from tests.faults.conftest import Begin
from tests.faults.proxy import Fault
from tests.faults.trial import KillAfter, Picture, Spec, Trial

COMPOSE = """
services:
  web:
    image: nginx:1.27
    configs: [page]
    volumes: [data:/data]
    deploy: {update_config: {monitor: 1s, failure_action: rollback}}
  side: {image: nginx:1.27, ports: ["80"]}
  old: {image: redis}
configs: {page: {content: "one"}}
volumes: {data: {}}
"""
GOOD: Spec = {"compose": COMPOSE}
BAD: Spec = {
    "compose": COMPOSE.replace("nginx:1.27", "nginx:1.28")
    .replace('"one"', '"two"')
    .replace("old:", "new:")
    .replace("deploy: {", "deploy: {placement: {constraints: [node.labels.none == none]}, ")
}
"""An update that changes, adds and removes objects, and that cannot run."""

MISSED = {
    "type": "Progressing",
    "status": "False",
    "reason": "ProgressDeadlineExceeded",
    "message": "ReplicaSet has timed out progressing.",
}
AT_ONCE = 4


@dataclass(frozen=True)
class Way:
    """How an undisturbed stack looks when it has gone back, and the writes that it took. Those of objects are sure; how
    often the status is written depends on what the controllers of Kubernetes do meanwhile.
    """

    back: Picture
    writes: int
    sure: int


@pytest.fixture
def way(begin: Begin) -> Way:
    with begin() as trial:
        fail(trial)
        mark = len(trial.proxy.writes())
        miss_deadline(trial)
        trial.wait(partial(is_back, trial), "to be rolled back")
        writes = trial.proxy.writes()[mark:]
        return Way(trial.picture(), len(writes), sum(not call.path.endswith("/status") for call in writes))


def test_an_operator_killed_on_the_way_back_is_replaced_without_a_trace(
    begin: Begin, way: Way, campaign: int, report: Callable[[str], None]
) -> None:
    assert way.sure > 5
    nths = range(1, way.writes + 1)

    def run(nth: int) -> int:
        with begin() as trial:
            return go_back(trial, way, nth)

    tried = nths if campaign else nths[::3]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        kills = sum(pool.map(run, tried))
    report(f"intermediate states: {kills} operators killed in {len(tried)} rollbacks of {way.writes} writes")
    assert kills >= sum(nth <= way.sure for nth in tried)


def go_back(trial: Trial, way: Way, nth: int) -> int:
    """Kill the operator after its nth write on the way back, and have another one finish it."""
    fail(trial)
    fault = trial.proxy.fault = KillAfter(trial, nth)
    miss_deadline(trial)
    trial.wait(lambda: fault.fired or is_back(trial), "to be killed or rolled back")
    trial.kill()
    trial.proxy.fault = Fault()
    trial.start()
    trial.expect(way.back)
    return int(fault.fired)


def fail(trial: Trial) -> None:
    """Have a stack ready, and an update of it that goes nowhere."""
    trial.start()
    trial.reached(GOOD)
    trial.apply(BAD)
    trial.wait(partial(is_rolling_out, trial), "to begin its rollout")


def deployment(trial: Trial) -> dict[str, Any]:
    return trial.api.get(KINDS["Deployment"], trial.namespace, "shop-web") or {}


def is_rolling_out(trial: Trial) -> bool:
    live = deployment(trial)
    (container,) = live["spec"]["template"]["spec"]["containers"]
    observed = live["status"].get("observedGeneration") == live["metadata"]["generation"]
    said = trial.condition().get("reason") == "Progressing"
    return bool(said and observed and container["image"] == "nginx:1.28" and live["status"].get("updatedReplicas"))


def miss_deadline(trial: Trial) -> None:
    """Have the rollout fail now, and not in ten minutes: the Deployment's controller keeps this condition."""
    path = f"{KINDS['Deployment'].path(trial.namespace, 'shop-web')}/status"
    body = {"status": {"conditions": [MISSED]}}
    trial.api.request("PATCH", path, body, "application/strategic-merge-patch+json")


def is_back(trial: Trial) -> bool:
    ready = trial.condition()
    return ready.get("reason") == "RolledBack" and "runs again" in ready["message"]
