from __future__ import annotations

from dataclasses import replace

import pytest

from composestack.kinds import Ref
from composestack.reconcile.gates import Gate, shut_gates
from composestack.reconcile.port import Child, Health, Live, Member, Phase, Pod
from composestack.translate.plan import Awaited, Manifest, Need, Plan
from tests.unit.reconcile.rows import FAILED, MOVING, child, manifest, plan, pod, rows, service


def gate(condition: Awaited, dependency: Child | None, *pods: Pod, required: bool = True) -> Gate | None:
    kind = dependency.ref.kind if dependency else "Deployment"
    both = plan(service("db", kind=kind), service("web", Need("db", condition, required=required)))
    gates = shut_gates(both, Live(rows(*[dependency] if dependency else []), pods))
    assert len(gates) <= 1
    return gates[0] if gates else None


DB = plan(service("db")).manifests[0]
MIGRATE = plan(service("db", kind="Job")).manifests[0]
SHUT = Gate("web", Ref("Deployment", "shop-web"), ("db",), failed=False)


@pytest.mark.parametrize("condition", Awaited)
def test_a_dependency_that_does_not_exist_keeps_the_gate_shut(condition: Awaited) -> None:
    assert gate(condition, None) == SHUT


def test_started_opens_when_the_containers_run_though_they_are_not_ready() -> None:
    assert gate(Awaited.STARTED, child(DB, health=MOVING), pod("db", started=False, ready=False)) == SHUT
    assert gate(Awaited.STARTED, child(DB, health=MOVING), pod("db", ready=False)) is None


def test_started_needs_every_pod() -> None:
    two = Health(Phase.IN_PROGRESS, 0, 2)

    assert gate(Awaited.STARTED, child(DB, health=two), pod("db", ready=False)) == SHUT
    assert gate(Awaited.STARTED, child(DB, health=two), pod("db"), pod("db")) is None


def test_healthy_opens_only_when_the_workload_is_ready() -> None:
    assert gate(Awaited.HEALTHY, child(DB, health=MOVING), pod("db", ready=False)) == SHUT
    assert gate(Awaited.HEALTHY, child(DB)) is None


def test_completed_opens_only_for_a_job_that_is_complete() -> None:
    assert gate(Awaited.COMPLETED, child(MIGRATE, health=MOVING), pod("db")) == SHUT
    assert gate(Awaited.COMPLETED, child(MIGRATE)) is None
    assert gate(Awaited.COMPLETED, child(DB)) == SHUT


@pytest.mark.parametrize("condition", Awaited)
def test_a_dependency_of_an_older_generation_does_not_count(condition: Awaited) -> None:
    old = child(MIGRATE if condition is Awaited.COMPLETED else DB, meant="older")

    assert gate(condition, old, pod("db")) == SHUT


def test_a_failed_dependency_is_reported_and_stops_only_those_that_require_it() -> None:
    failed = child(MIGRATE, health=FAILED)

    assert gate(Awaited.COMPLETED, failed) == Gate(SHUT.service, SHUT.workload, SHUT.waiting_for, failed=True)
    assert gate(Awaited.COMPLETED, failed, required=False) is None


def test_a_workload_that_exists_is_never_gated_again() -> None:
    both = plan(service("db"), service("web", Need("db", Awaited.HEALTHY)))

    assert shut_gates(both, Live(rows(child(both.manifests[1])))) == ()


def test_an_optional_dependency_that_is_not_in_the_plan_does_not_matter() -> None:
    alone = plan(service("web", Need("db", Awaited.STARTED, required=False)))

    assert shut_gates(alone, Live({})) == ()


# Restarts


def chain(condition: Awaited = Awaited.HEALTHY, *, kind: str = "Deployment", required: bool = True) -> Plan:
    """A web that follows a db: its template says which one."""
    need = Need("db", condition, required=required, restart=True)
    both = plan(service("db", kind=kind), service("web", need))
    template = {"metadata": {"annotations": {"composestack.io/dep-db": "new"}}}
    return replace(both, manifests=(both.manifests[0], manifest("Deployment", "shop-web", template=template)))


def restart_gate(made: Plan, db: Child, *pods: Pod, stamps: str = "composestack.io/dep-db=old") -> tuple[Gate, ...]:
    web = replace(child(made.manifests[1], meant="older"), stamps=stamps)
    return shut_gates(made, Live(rows(db, web), pods))


def test_a_restart_waits_until_the_dependency_is_ready_with_its_new_template() -> None:
    made = chain()
    db = made.manifests[0]

    assert restart_gate(made, child(db, meant="older")) == (SHUT,)
    assert restart_gate(made, child(db, health=MOVING), pod("db")) == (SHUT,)
    assert restart_gate(made, child(db)) == ()


def test_pods_that_have_only_started_may_be_old_ones() -> None:
    made = chain(Awaited.STARTED)

    moving = child(made.manifests[0], health=MOVING)
    assert restart_gate(made, moving, replace(pod("db", ready=False), owner_uid=moving.uid)) == (SHUT,)


def test_the_pods_of_a_job_that_was_created_anew_are_new() -> None:
    made = chain(Awaited.STARTED, kind="Job")
    job = child(made.manifests[0], health=MOVING)

    assert restart_gate(made, job, replace(pod("db"), owner_uid="uid of the job before")) == (SHUT,)
    assert restart_gate(made, job, replace(pod("db"), owner_uid=job.uid)) == ()


def test_a_change_of_its_own_does_not_wait() -> None:
    made = chain()

    assert (
        restart_gate(made, child(made.manifests[0], health=MOVING), pod("db"), stamps="composestack.io/dep-db=new")
        == ()
    )


def test_pods_that_did_not_follow_before_wait_as_well() -> None:
    made = chain()

    assert restart_gate(made, child(made.manifests[0], health=MOVING), stamps="") == (SHUT,)


def test_a_dependency_that_fails_keeps_a_restart_back_only_if_it_is_required() -> None:
    for required in (True, False):
        made = chain(required=required)
        gates = restart_gate(made, child(made.manifests[0], health=FAILED))
        assert [gate.failed for gate in gates] == ([True] if required else [])


def test_the_stamp_bears_the_name_of_the_pod() -> None:
    made = chain()
    inside = replace(made.services[0], name="db", host="pod")
    template = {"metadata": {"annotations": {"composestack.io/dep-pod": "new"}}}
    web = manifest("Deployment", "shop-web", template=template)
    made = replace(made, services=(inside, made.services[1]), manifests=(made.manifests[0], web))

    moving = child(made.manifests[0], health=MOVING)
    assert restart_gate(made, moving, stamps="composestack.io/dep-pod=old") == (SHUT,)
    assert restart_gate(made, moving, stamps="composestack.io/dep-pod=new") == ()


STEPS = (Ref("Job", "shop-web-pre-0"), Ref("Job", "shop-web-pre-1"))


def with_steps(*needs: Need) -> Plan:
    """A plan of `db` and `web`, which has two steps."""
    web = replace(service("web", *needs), steps=STEPS)
    return plan(service("db"), web, extra=tuple(manifest(ref.kind, ref.name) for ref in STEPS))


def held(made: Plan, *children: Child) -> dict[Ref, tuple[str, ...]]:
    return {gate.workload: gate.waiting_for for gate in shut_gates(made, Live(rows(*children)))}


def parts(made: Plan) -> dict[Ref, Manifest]:
    return {Ref(each["kind"], each["metadata"]["name"]): each for each in made.manifests}


WEB = Ref("Deployment", "shop-web")


def test_steps_run_one_after_the_other_and_the_service_comes_last() -> None:
    made = with_steps()
    one, two = (parts(made)[step] for step in STEPS)

    assert held(made) == {STEPS[1]: (str(STEPS[0]),), WEB: (str(STEPS[0]),)}
    assert held(made, child(one, health=MOVING)) == held(made)
    assert held(made, child(one)) == {WEB: (str(STEPS[1]),)}
    assert held(made, child(one), child(two)) == {}


def test_steps_wait_for_what_their_service_needs() -> None:
    made = with_steps(Need("db", Awaited.HEALTHY))

    assert held(made) == {STEPS[0]: ("db",), STEPS[1]: ("db",), WEB: ("db",)}
    assert held(made, child(parts(made)[Ref("Deployment", "shop-db")])) == held(with_steps())


def test_a_changed_service_waits_for_the_steps_of_its_new_version() -> None:
    made = with_steps(Need("db", Awaited.HEALTHY))
    one, two = (child(parts(made)[step], meant="older") for step in STEPS)

    assert held(made, child(parts(made)[WEB], meant="older"), one, two)[WEB] == (str(STEPS[0]),)


def test_a_service_that_is_as_it_should_be_does_not_wait_for_a_step_that_is_gone() -> None:
    made = with_steps()

    assert WEB not in held(made, child(parts(made)[WEB]))


def test_a_step_that_has_failed_stops_what_comes_after_it() -> None:
    made = with_steps()
    one = parts(made)[STEPS[0]]

    assert [gate.failed for gate in shut_gates(made, Live(rows(child(one, health=FAILED))))] == [True, True]
    assert [gate.failed for gate in shut_gates(made, Live(rows(child(one, health=FAILED, meant="older"))))] == [
        False,
        False,
    ]


@pytest.mark.parametrize("condition", [Awaited.STARTED, Awaited.HEALTHY])
def test_of_a_shared_pod_only_the_container_counts(condition: Awaited) -> None:
    inside = replace(service("db"), name="db", host="pod", container="db")
    made = plan(inside, service("web", Need("db", condition)))
    db = child(made.manifests[0], health=MOVING)

    def gates(member: Member, workload: Child = db) -> int:
        shared = replace(pod("pod", started=False, ready=False), members=(Member("pod", False, False), member))
        return len(shut_gates(made, Live(rows(workload), (shared,))))

    assert gates(Member("db", started=True, ready=True)) == 0
    assert gates(Member("db", started=False, ready=False)) == 1
    if condition is Awaited.HEALTHY:  # pods of an older template may be ready, too
        updating = child(made.manifests[0], health=Health(Phase.IN_PROGRESS, 1, 1, "Updating"))
        assert gates(Member("db", started=True, ready=True), updating) == 1
