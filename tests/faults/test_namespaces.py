"""A namespace that ends, and takes its time."""

from __future__ import annotations

import time
from collections.abc import Callable

from aiohttp import web

from composestack.kinds import KINDS
from composestack.shell.controller import SETTLING
from tests.faults.proxy import WRITES, Call, Fault, answer
from tests.faults.trial import COLLECTED, NAME, Spec, Trial

SPEC: Spec = {
    "compose": """
services:
  web: {image: nginx, ports: ["80"], stop_grace_period: 1s}
  db: {image: postgres, expose: [5432], stop_grace_period: 1s}
"""
}

GONE = (("Deployment", "shop-web"), ("Service", "web"), ("NetworkPolicy", "shop-network-default"))
"""Kind and name of what is lost first."""

SECONDS = 3.0


class Ending(Fault):
    """Nothing can be created any more, as in a namespace that ends. What exists is read and changed as ever."""

    async def before(self, call: Call) -> web.Response | None:
        creates = call.method == "POST" or (call.method == "PATCH" and not call.path.endswith("/status"))
        return answer(403, "Forbidden") if creates else None


def test_a_namespace_that_ends_is_not_kept_from_it(trial: Trial) -> None:
    namespace = f"/api/v1/namespaces/{trial.namespace}"
    trial.start()
    trial.apply(SPEC)
    trial.settle()
    mark = len(trial.proxy.calls)

    trial.api.request("DELETE", namespace)
    trial.wait(lambda: trial.api.request("GET", namespace) is None, "to lose its namespace", timeout=COLLECTED)

    assert len(attempts(trial, mark)) < 20
    assert "will try again" not in trial.log()
    assert trial.running()


def test_what_cannot_be_created_again_is_tried_now_and_then(trial: Trial, report: Callable[[str], None]) -> None:
    """Of a namespace that ends the children may go first, one by one, while the stack is still there."""
    trial.start()
    trial.apply(SPEC)
    trial.settle()
    trial.proxy.fault = Ending()
    mark, changes, deadline = len(trial.proxy.calls), 0, time.monotonic() + SECONDS
    for kind, name in GONE:
        trial.api.delete(KINDS[kind], trial.namespace, name)
    while time.monotonic() < deadline:
        changes += 1
        trial.api.merge(KINDS["Deployment"], trial.namespace, "shop-db", {"spec": {"replicas": changes % 5}})
        time.sleep(0.02)
    trial.wait(lambda: is_refused(trial), "to be refused")

    tries = len(attempts(trial, mark))
    report(f"namespaces: {tries} tries to create after {changes} changes")
    assert 0 < tries < len(GONE) * (SECONDS / SETTLING + 2)


def attempts(trial: Trial, mark: int) -> list[Call]:
    """Return all that was to be written since then, Events too."""
    return [call for call in list(trial.proxy.calls)[mark:] if call.method in WRITES]


def is_refused(trial: Trial) -> bool:
    stack = trial.api.stack(trial.namespace, NAME)
    assert stack is not None
    return "ApplyFailed" in [each["reason"] for each in stack["status"]["conditions"] if each["type"] == "Ready"]
