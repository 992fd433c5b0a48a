from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from composestack.api.reasons import NoticeCode, Reason
from composestack.api.v1alpha1 import ComposeStackStatus, RolledBack
from composestack.compose.problems import Notice
from composestack.kinds import Ref
from composestack.reconcile.port import Child, Health, Live, Member, Phase
from composestack.reconcile.status import (
    NOTICE_LENGTH,
    NOTICE_LIMIT,
    RECONCILE_REQUESTED,
    Standing,
    State,
    Verdict,
    next_status,
    observe,
    urgent,
    verdict,
)
from composestack.translate.names import label_value
from composestack.translate.plan import Awaited, Need, Plan, PlannedVolume
from tests.unit.reconcile.rows import FAILED, MOVING, UID, child, manifest, plan, pod, rows, service

NOW, LATER = "2026-01-01T00:00:00Z", "2026-01-01T00:00:09Z"
READY = Verdict(Standing.READY, Reason.READY, "1 of 1 services are ready")


def look(of: Plan, live: Live) -> Any:
    return observe(of, live, uid=UID, revision="r1")


def test_a_running_service_shows_pods_image_and_endpoints() -> None:
    web = plan(service("web"))

    (seen,) = look(web, Live(rows(child(web.manifests[0])))).services

    assert seen.model_dump(exclude_none=True) == {
        "name": "web",
        "kind": "Deployment",
        "ready": "1/1",
        "state": State.RUNNING,
        "image": "web:1",
        "endpoints": ["web:80"],
    }


def test_a_job_that_is_done_is_completed() -> None:
    migrate = plan(service("migrate", kind="Job"))

    (seen,) = look(migrate, Live(rows(child(migrate.manifests[0])))).services

    assert (seen.state, seen.ready) == (State.COMPLETED, "1/1")


def test_a_cron_job_that_is_there_is_scheduled_and_makes_the_stack_ready() -> None:
    backup = plan(service("backup", kind="CronJob"))

    seen = look(backup, Live(rows(child(backup.manifests[0], health=Health(Phase.CURRENT)))))

    assert [each.state for each in seen.services] == [State.SCHEDULED]
    assert verdict(seen.services).standing is Standing.READY


@pytest.mark.parametrize(("container", "state"), [({"ports": [{}]}, State.RUNNING), ({}, State.PROGRESSING)])
def test_a_job_that_serves_is_running_and_a_task_is_in_progress_until_it_is_done(
    container: dict[str, Any], state: State
) -> None:
    job = manifest("Job", "shop-app", template={"spec": {"containers": [container]}})
    app = Plan((job,), (service("app", kind="Job"),), (), ())

    (seen,) = look(app, Live(rows(child(job, health=MOVING)), [pod("app")])).services

    assert seen.state == state


def test_why_a_pod_does_not_run_is_said_with_the_pods_own_words() -> None:
    web = plan(service("web"))
    stuck = pod("web", started=False, ready=False, reason="ImagePullBackOff", message="no such image")

    seen = look(web, Live(rows(child(web.manifests[0], health=MOVING)), [stuck]))

    assert (seen.services[0].state, seen.services[0].reason) == (State.FAILED, "ImagePullBackOff")
    assert verdict(seen.services) == Verdict(
        Standing.FAILING,
        Reason.WORKLOAD_FAILED,
        "0 of 1 services are ready. web: ImagePullBackOff (no such image)",
    )


def test_the_pod_says_the_cause_and_the_workload_that_it_has_failed_for_good() -> None:
    web = plan(service("web"))
    late = Health(Phase.FAILED, 0, 1, "ProgressDeadlineExceeded", "the ReplicaSet has timed out progressing")
    stuck = pod("web", ready=False, reason="ImagePullBackOff", message="no such image")
    why = "ProgressDeadlineExceeded: the ReplicaSet has timed out progressing"

    for health, pods, reason, message in (
        (MOVING, [stuck], "ImagePullBackOff", "no such image"),
        (late, [stuck], "ImagePullBackOff", f"no such image; {why}"),
        (late, [replace(stuck, message="")], "ImagePullBackOff", why),
        (late, [], "ProgressDeadlineExceeded", late.message),
    ):
        (seen,) = look(web, Live(rows(child(web.manifests[0], health=health)), pods)).services
        assert (seen.state, seen.reason, seen.message) == (State.FAILED, reason, message)


def test_a_probe_that_has_not_succeeded_yet_is_progress_not_failure() -> None:
    web = plan(service("web"))
    starting = pod("web", ready=False, reason="NotReady", message="the readiness probe has not succeeded yet")

    seen = look(web, Live(rows(child(web.manifests[0], health=MOVING)), [starting]))

    assert seen.services[0].state == State.PROGRESSING
    assert verdict(seen.services).standing is Standing.PROGRESSING


def test_a_pod_that_waits_for_its_claim_is_progress_and_a_pod_without_a_node_is_failure() -> None:
    claim = manifest("PersistentVolumeClaim", "shop-data")
    web = plan(service("web"), extra=(claim,), volumes=(PlannedVolume("data", "shop-data", retained=True),))
    workload, unplaced = (
        child(web.manifests[1], health=MOVING),
        pod("web", started=False, ready=False, reason="Unschedulable"),
    )
    pending, bound = child(claim, owner="", health=MOVING), child(claim, owner="")

    while_binding = look(web, Live(rows(workload, pending), [unplaced]))
    when_bound = look(web, Live(rows(workload, bound), [unplaced]))

    assert while_binding.services[0].state == State.PROGRESSING
    assert when_bound.services[0].state == State.FAILED


def test_pods_of_a_service_with_a_long_name_are_found() -> None:
    name = "a" * 70
    web = plan(service(name))
    stuck = pod(label_value(name), ready=False, reason="CrashLoopBackOff")

    seen = look(web, Live(rows(child(web.manifests[0], health=MOVING)), [stuck]))

    assert seen.services[0].reason == "CrashLoopBackOff"


def test_a_service_behind_a_gate_says_whom_it_waits_for() -> None:
    both = plan(service("db"), service("web", Need("db", Awaited.HEALTHY)))

    seen = look(both, Live(rows(child(both.manifests[0], health=MOVING))))

    assert (seen.services[1].state, seen.services[1].message) == (State.WAITING, "waits for db")
    assert verdict(seen.services).reason is Reason.PROGRESSING


def test_the_services_of_a_shared_pod_have_states_of_their_own() -> None:
    net = replace(service("net"), container="net")
    app = replace(service("app"), workload=net.workload, host="net", container="app")
    made = replace(plan(net), services=(net, app))
    members = (Member("net", True, True), Member("app", True, False, "CrashLoopBackOff", "it crashed"))
    shared = replace(pod("net", ready=False, reason="CrashLoopBackOff"), members=members)

    seen = look(made, Live(rows(child(made.manifests[0], health=MOVING)), (shared,))).services

    assert [(each.name, each.state, each.ready, each.message) for each in seen] == [
        ("net", State.RUNNING, "1/1", None),
        ("app", State.FAILED, "0/1", "it crashed"),
    ]


def test_while_old_pods_may_be_there_nobody_in_a_shared_pod_is_ready() -> None:
    net = replace(service("net"), container="net")
    made = plan(net)
    shared = replace(pod("net"), members=(Member("net", True, True), Member("app", True, True)))
    updating = Health(Phase.IN_PROGRESS, 1, 1, "Updating", "0 of 1 pods are created")

    (seen,) = look(made, Live(rows(child(made.manifests[0], health=updating)), (shared,))).services

    assert seen.state == State.PROGRESSING


def test_a_service_with_a_step_says_which_job_it_waits_for() -> None:
    step = Ref("Job", "shop-web-pre-0")
    made = plan(replace(service("web"), steps=(step,)), extra=(manifest(step.kind, step.name),))

    (seen,) = look(made, Live({})).services

    assert (seen.state, seen.reason, seen.message) == (
        State.WAITING,
        Reason.WAITING_FOR_DEPENDENCY,
        "waits for Job/shop-web-pre-0",
    )


def test_a_failed_dependency_makes_the_stack_fail() -> None:
    both = plan(service("migrate", kind="Job"), service("web", Need("migrate", Awaited.COMPLETED)))

    seen = look(both, Live(rows(child(both.manifests[0], health=FAILED))))

    assert (seen.services[1].reason, verdict(seen.services).standing) == (Reason.DEPENDENCY_FAILED, Standing.FAILING)


def test_the_inventory_holds_what_the_stack_owns_and_its_retained_claims() -> None:
    claim = manifest("PersistentVolumeClaim", "shop-data")
    volume = PlannedVolume("data", "shop-data", retained=True)
    of = plan(service("web"), extra=(claim,), volumes=(volume,))
    others = child(manifest("Service", "other"), owner="another stack")

    seen = look(of, Live(rows(child(of.manifests[1]), child(claim, owner=""), others)))

    assert [entry.id for entry in seen.inventory] == ["Deployment/shop-web", "PersistentVolumeClaim/shop-data"]
    assert [volume.phase for volume in seen.volumes] == ["Bound"]


def status(
    previous: ComposeStackStatus, outcome: Verdict, *, now: str = NOW, generation: int = 1
) -> ComposeStackStatus:
    return next_status(previous, outcome, None, metadata={"generation": generation}, now=now)


@pytest.mark.parametrize(
    ("standing", "ready", "other"),
    [
        (Standing.READY, "True", []),
        (Standing.PROGRESSING, "Unknown", ["Reconciling"]),
        (Standing.FAILING, "False", ["Reconciling"]),
        (Standing.STALLED, "False", ["Stalled"]),
    ],
)
def test_conditions_follow_kstatus(standing: Standing, ready: str, other: list[str]) -> None:
    following = status(ComposeStackStatus(), Verdict(standing, Reason.PROGRESSING, "…"), generation=7)

    first, *rest = following.conditions or []
    assert (first.type, first.status, first.observed_generation) == ("Ready", ready, 7)
    assert [(condition.type, condition.status) for condition in rest] == [(name, "True") for name in other]
    assert following.observed_generation == 7


def test_a_condition_keeps_its_time_until_its_status_changes() -> None:
    first = status(ComposeStackStatus(), READY)
    same = status(first, Verdict(Standing.READY, Reason.READY, "other words"), now=LATER)
    other = status(same, Verdict(Standing.STALLED, Reason.REFUSED, "no"), now=LATER)

    assert [s.conditions[0].last_transition_time for s in (first, same, other) if s.conditions] == [NOW, NOW, LATER]


def test_an_unchanged_outcome_gives_an_equal_status() -> None:
    first = status(ComposeStackStatus(), READY)

    assert status(first, READY, now=LATER) == first


def test_bad_input_keeps_what_was_known() -> None:
    web = plan(service("web"))
    good = next_status(
        ComposeStackStatus(), READY, look(web, Live(rows(child(web.manifests[0])))), metadata={"generation": 1}, now=NOW
    )

    bad = status(good, Verdict(Standing.STALLED, Reason.INVALID_COMPOSE, "line 3"), generation=2)

    assert (bad.services, bad.inventory, bad.last_applied_revision) == (good.services, good.inventory, "r1")
    assert bad.observed_generation == 2


def test_notices_are_capped_and_counted() -> None:
    notices = tuple(Notice(f"services.s{n:03}", NoticeCode.IGNORED, "…") for n in range(NOTICE_LIMIT + 5))
    web = Plan((), (), (), notices)

    following = next_status(ComposeStackStatus(), READY, look(web, Live({})), metadata={"generation": 1}, now=NOW)

    assert (len(following.notices or []), following.notice_count) == (NOTICE_LIMIT, NOTICE_LIMIT + 5)


def test_what_a_notice_says_is_capped() -> None:
    long = Plan((), (), (), (Notice("services.web.labels." + "x" * 20_000, NoticeCode.IGNORED, "y" * 20_000),))

    following = next_status(ComposeStackStatus(), READY, look(long, Live({})), metadata={"generation": 1}, now=NOW)

    [notice] = following.notices or []
    assert len(notice.path) == len(notice.message) == NOTICE_LENGTH
    assert notice.path.startswith("services.web.labels.x")
    assert notice.path.endswith("x…")


def test_a_request_to_reconcile_is_echoed() -> None:
    metadata = {"generation": 1, "annotations": {RECONCILE_REQUESTED: "today"}}

    following = next_status(ComposeStackStatus(), READY, None, metadata=metadata, now=NOW)

    assert following.last_handled_reconcile_at == "today"


def test_a_message_has_a_limit() -> None:
    following = status(ComposeStackStatus(), Verdict(Standing.STALLED, Reason.INVALID_COMPOSE, "x" * 100_000))

    assert following.conditions is not None
    assert len(following.conditions[0].message) == 2048


def test_only_what_somebody_may_wait_for_is_urgent() -> None:
    moving = Verdict(Standing.PROGRESSING, Reason.PROGRESSING, "0 of 2")
    first = status(ComposeStackStatus(), moving)

    assert urgent(ComposeStackStatus(), first)
    assert not urgent(first, status(first, Verdict(Standing.PROGRESSING, Reason.PROGRESSING, "1 of 2")))
    assert urgent(first, status(first, READY))
    assert urgent(first, status(first, moving, generation=2))
    assert urgent(first, status(first, Verdict(Standing.STALLED, Reason.REFUSED, "no")))
    undone = RolledBack(generation=1, restored=0, digest="d", message="m")
    assert urgent(first, first.model_copy(update={"rolled_back": undone}))


def test_what_is_asked_of_all_objects_is_asked_once_and_not_for_each_service() -> None:

    class Counting(dict[Ref, Child]):
        walks = 0

        def items(self) -> Any:
            self.walks += 1
            return super().items()

    services = [service(f"s{number}") for number in range(50)]
    planned = plan(*services)
    children = Counting(rows(*(child(each, health=MOVING) for each in planned.manifests)))
    live = Live(
        children, [replace(pod(each.name), service=each.name, ready=False, reason="Pulling") for each in services]
    )

    seen = look(planned, live)

    assert {each.reason for each in seen.services} == {"Pulling"}
    assert children.walks < 5
