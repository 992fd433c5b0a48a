"""Metrics for Prometheus: what the operator does, and how the stacks are. Names of stacks are in none of them.

What happens is counted when it happens; what is, is read when Prometheus asks. So a stack at rest costs nothing.
"""

from __future__ import annotations

import platform
import time
from collections import Counter as Tally
from collections.abc import Callable, Mapping
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from composestack import __version__
from composestack.api.conditions import READY
from composestack.api.reasons import Reason
from composestack.cluster.client import Request
from composestack.reconcile.port import StackKey
from composestack.reconcile.reconciler import Result
from composestack.shell.controller import Reconciler

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Seconds: from a look that finds nothing to do, to an API server that does not answer."""

UNKNOWN = "Unknown"
"""The reason of a stack whose status nobody has written for this generation, or whose reason is not one of ours."""

without_created: Callable[[], None] = disable_created_metrics
"""Have counters without one more series that says when each began. It is a switch of the whole library."""

VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}


class Metrics:
    """All metrics of one operator, apart from those of other libraries in the process."""

    def __init__(self) -> None:
        without_created()
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._durations = Histogram(
            "composestack_reconcile_duration_seconds",
            "Time that one pass over a stack took.",
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._reconciles = Counter(
            "composestack_reconciles",
            "Passes over stacks: nothing is left to do (settled), something is awaited (waiting), or it failed.",
            ["outcome"],
            registry=self._registry,
        )
        self._requests = Counter(
            "composestack_api_requests",
            "Requests to the API server by their answers; without one, the code is empty.",
            ["verb", "resource", "code"],
            registry=self._registry,
        )
        build = Info("composestack_build", "The operator's version.", registry=self._registry)
        build.info({"version": __version__, "python": platform.python_version()})

    def page(self) -> tuple[str, bytes]:
        """Return the content type and the text that Prometheus reads."""
        return CONTENT_TYPE_PLAIN_0_0_4, generate_latest(self._registry)

    def gauge(self, name: str, text: str, read: Callable[[], float]) -> None:
        """Show what `read` returns whenever somebody asks."""
        Gauge(f"composestack_{name}", text, registry=self._registry).set_function(read)

    def gauges(self, name: str, text: str, label: str, reads: Mapping[str, Callable[[], float]]) -> None:
        """Show several of them, told apart by the label."""
        gauge = Gauge(f"composestack_{name}", text, [label], registry=self._registry)
        for value, read in reads.items():
            gauge.labels(value).set_function(read)

    def answered(self, request: Request, code: str) -> None:
        """Count a request to the API server. `code` is the status of its answer, empty if there was none."""
        verb, resource = called(request)
        self._requests.labels(verb, resource, code).inc()

    def reconciled(self, outcome: str, seconds: float) -> None:
        """Count a pass over a stack."""
        self._reconciles.labels(outcome).inc()
        self._durations.observe(seconds)


class MeasuredReconciler:
    """A reconciler, with each of its passes measured."""

    def __init__(self, reconciler: Reconciler, metrics: Metrics) -> None:
        self._reconciler = reconciler
        self._metrics = metrics

    async def reconcile(self, key: StackKey) -> Result:
        """Bring one stack forward. Raises what is worth a retry."""
        started = time.perf_counter()
        outcome = "failed"
        try:
            result = await self._reconciler.reconcile(key)
            outcome = "settled" if result.settled else "waiting"
            return result
        finally:
            self._metrics.reconciled(outcome, time.perf_counter() - started)


class Census:
    """How many stacks there are by the reason of their condition Ready, and how many notices they have."""

    def __init__(self) -> None:
        self.reasons: Tally[str] = Tally()
        self.notices = 0
        self._stacks: dict[str, tuple[str, int]] = {}

    def stack_event(self, kind: str | None, body: Mapping[str, Any]) -> None:
        """Take in an event about a ComposeStack."""
        uid = body["metadata"]["uid"]
        if before := self._stacks.pop(uid, None):
            self.reasons[before[0]] -= 1
            self.notices -= before[1]
        if kind != "DELETED":
            reason, notices = self._stacks[uid] = _ready_reason(body), body.get("status", {}).get("noticeCount") or 0
            self.reasons[reason] += 1
            self.notices += notices

    def show(self, metrics: Metrics) -> None:
        """Have it read whenever somebody asks for the metrics."""
        reads = {reason: self._reader(reason) for reason in (*map(str, Reason), UNKNOWN)}
        metrics.gauges("stacks", "ComposeStacks by the reason of their condition Ready.", "reason", reads)
        metrics.gauge("notices", "Notices in the statuses of all ComposeStacks.", lambda: self.notices)

    def _reader(self, reason: str) -> Callable[[], float]:
        return lambda: self.reasons[reason]


def called(request: Request) -> tuple[str, str]:
    """Return the verb and the resource of a request, as an authorizer names them; of other URLs the resource is empty.

    Kubernetes docs, Authorization overview, Request verbs; API Concepts, Resource URIs.
    """
    parts = request.path.strip("/").split("/")
    parts = parts[2:] if parts[0] == "api" else parts[3:]
    if parts[:1] == ["namespaces"] and len(parts) > 2:
        parts = parts[2:]
    plural, name, subresource = [*parts, "", "", ""][:3]
    resource = f"{plural}/{subresource}" if subresource else plural
    if verb := VERBS.get(request.method):
        return verb, resource
    if (request.query or {}).get("watch"):
        return "watch", resource
    return ("list" if plural and not name else "get"), resource


def _ready_reason(body: Mapping[str, Any]) -> str:
    """Return the reason of the condition Ready, if it is one of ours: a label must not take any value."""
    status = body.get("status", {})
    if status.get("observedGeneration") != body["metadata"]["generation"]:
        return UNKNOWN
    reasons = [condition["reason"] for condition in status.get("conditions", ()) if condition["type"] == READY]
    return reasons[0] if reasons and reasons[0] in set(Reason) else UNKNOWN
