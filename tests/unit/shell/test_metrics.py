from __future__ import annotations

import asyncio
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from composestack import __version__
from composestack.cluster.client import Request
from composestack.reconcile.port import StackKey
from composestack.reconcile.reconciler import Result
from composestack.shell.metrics import Census, MeasuredReconciler, Metrics, called

KEY = StackKey("shop-of-mine", "stack-of-mine")


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


def read(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """Return the samples by name and the values of their labels, sorted by label."""
    form, page = metrics.page()
    assert form.startswith("text/plain; version=0.0.4")
    families = text_string_to_metric_families(page.decode())
    return {
        (s.name, *(value for _, value in sorted(s.labels.items()))): s.value
        for family in families
        for s in family.samples
    }


class Passes:
    """A reconciler that does what the test says."""

    def __init__(self, *outcomes: Result | Exception) -> None:
        self._outcomes = list(outcomes)

    async def reconcile(self, key: StackKey) -> Result:
        await asyncio.sleep(0.01)
        outcome = self._outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


async def test_passes_are_counted_by_outcome_and_timed(metrics: Metrics) -> None:
    done, waiting = Result(settled=True), Result(again=5.0)
    reconciler = MeasuredReconciler(Passes(done, waiting, done, ValueError("bad hour")), metrics)
    assert [await reconciler.reconcile(KEY) for _ in range(3)] == [done, waiting, done]
    with pytest.raises(ValueError, match="bad hour"):
        await reconciler.reconcile(KEY)

    samples = read(metrics)
    assert samples["composestack_reconciles_total", "settled"] == 2
    assert samples["composestack_reconciles_total", "waiting"] == 1
    assert samples["composestack_reconciles_total", "failed"] == 1
    assert samples["composestack_reconcile_duration_seconds_count",] == 4
    assert samples["composestack_reconcile_duration_seconds_sum",] > 0.04
    assert samples["composestack_reconcile_duration_seconds_bucket", "0.005"] == 0
    assert samples["composestack_reconcile_duration_seconds_bucket", "+Inf"] == 4


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (Request("GET", "/api/v1/pods"), ("list", "pods")),
        (Request("GET", "/api/v1/namespaces/a/pods", query={"limit": "5"}), ("list", "pods")),
        (Request("GET", "/api/v1/namespaces/a/pods", query={"watch": "true"}), ("watch", "pods")),
        (Request("GET", "/api/v1/namespaces/a/secrets/b"), ("get", "secrets")),
        (Request("GET", "/api/v1/namespaces/a"), ("get", "namespaces")),
        (Request("PATCH", "/apis/apps/v1/namespaces/a/deployments/b"), ("patch", "deployments")),
        (
            Request("PATCH", "/apis/composestack.io/v1alpha1/namespaces/a/composestacks/b/status"),
            ("patch", "composestacks/status"),
        ),
        (Request("POST", "/apis/events.k8s.io/v1/namespaces/a/events"), ("create", "events")),
        (Request("PUT", "/apis/coordination.k8s.io/v1/namespaces/a/leases/b"), ("update", "leases")),
        (Request("DELETE", "/apis/batch/v1/namespaces/a/jobs/b"), ("delete", "jobs")),
        (Request("GET", "/apis/composestack.io/v1alpha1"), ("get", "")),
        (Request("GET", "/version"), ("get", "")),
    ],
)
def test_requests_bear_the_words_of_an_authorizer(request_: Request, expected: tuple[str, str]) -> None:
    assert called(request_) == expected


def test_answers_are_counted(metrics: Metrics) -> None:
    for code in ("200", "200", "409", ""):
        metrics.answered(Request("PATCH", f"/api/v1/namespaces/{KEY.namespace}/services/{KEY.name}"), code)

    samples = read(metrics)
    assert samples["composestack_api_requests_total", "200", "services", "patch"] == 2
    assert samples["composestack_api_requests_total", "409", "services", "patch"] == 1
    assert samples["composestack_api_requests_total", "", "services", "patch"] == 1
    assert KEY.name not in metrics.page()[1].decode()


def stack(uid: str, reason: str, notices: int | None = None, observed: int = 1) -> dict[str, Any]:
    conditions = [{"type": "Reconciling", "reason": "Progressing"}, {"type": "Ready", "reason": reason}]
    status = {"observedGeneration": observed, "conditions": conditions}
    if notices is not None:
        status["noticeCount"] = notices
    return {"metadata": {"uid": uid, "generation": 1}, "status": status}


def test_stacks_are_counted_by_reason_as_they_come_change_and_go(metrics: Metrics) -> None:
    census = Census()
    census.show(metrics)
    for uid in "abc":
        census.stack_event(None, stack(uid, "Ready", 2))
    census.stack_event("MODIFIED", stack("a", "InvalidCompose"))
    census.stack_event("DELETED", stack("b", "Ready", 2))
    census.stack_event("DELETED", stack("never-seen", "Ready", 2))
    samples = read(metrics)

    assert samples["composestack_stacks", "Ready"] == 1
    assert samples["composestack_stacks", "InvalidCompose"] == 1
    assert samples["composestack_stacks", "Refused"] == 0
    assert samples["composestack_notices",] == 2


def test_only_our_own_reasons_of_this_generation_become_labels(metrics: Metrics) -> None:
    census = Census()
    census.show(metrics)
    census.stack_event("ADDED", {"metadata": {"uid": "new", "generation": 1}, "status": {"observedGeneration": -1}})
    census.stack_event("ADDED", stack("old", "Ready", observed=0))
    census.stack_event("ADDED", stack("odd", "WrittenBySomebody"))
    samples = read(metrics)

    assert samples["composestack_stacks", "Unknown"] == 3
    assert ("composestack_stacks", "WrittenBySomebody") not in samples


def test_gauges_are_read_when_somebody_asks(metrics: Metrics) -> None:
    kinds = {"Service": 0.0}
    metrics.gauge("queue_depth", "…", lambda: len(kinds))
    metrics.gauges("objects", "…", "kind", {"Service": lambda: kinds["Service"]})
    assert read(metrics)["composestack_objects", "Service"] == 0
    kinds |= {"Service": 7.0, "Job": 1.0}

    assert read(metrics)["composestack_objects", "Service"] == 7
    assert read(metrics)["composestack_queue_depth",] == 2


def test_it_says_which_version_runs(metrics: Metrics) -> None:
    (build,) = [labels for (name, *labels) in read(metrics) if name == "composestack_build_info"]
    assert __version__ in build


def test_counters_have_no_series_of_their_creation(metrics: Metrics) -> None:
    metrics.reconciled("settled", 0.1)
    assert not [name for name, *_ in read(metrics) if name.endswith("_created")]
