from __future__ import annotations

from dataclasses import replace

from composestack.kinds import Ref
from composestack.reconcile.inventory import Difference, difference
from composestack.reconcile.port import Child
from composestack.translate.plan import Plan, PlannedVolume
from composestack.translate.planned import Binding
from tests.unit.reconcile.rows import UID, child, manifest, plan, rows, service


def diff(plan: Plan, *children: Child, withheld: tuple[Ref, ...] = (), rolled_out: bool = True) -> Difference:
    return difference(plan, rows(*children), uid=UID, withheld=withheld, rolled_out=rolled_out)


WEB = plan(service("web"))
(WORKLOAD,) = WEB.manifests


def test_what_is_as_meant_costs_nothing() -> None:
    assert diff(WEB, child(WORKLOAD)) == Difference((), (), ())


def test_what_is_missing_is_applied_as_new() -> None:
    assert diff(WEB).apply == ((WORKLOAD, None),)


def test_drift_of_the_live_fields_is_repaired() -> None:
    edited = child(WORKLOAD, actual="edited by hand")

    assert diff(WEB, edited).apply == ((WORKLOAD, edited),)


def test_an_older_manifest_is_brought_up_to_date() -> None:
    old = child(WORKLOAD, meant="older")

    assert diff(WEB, old).apply == ((WORKLOAD, old),)


def test_a_lost_owner_is_given_back() -> None:
    orphan = child(WORKLOAD, owner="")

    assert diff(WEB, orphan).apply == ((WORKLOAD, orphan),)


def test_a_workload_behind_a_shut_gate_is_not_created() -> None:
    assert diff(WEB, withheld=(Ref("Deployment", "shop-web"),)).apply == ()


def test_what_is_withheld_is_neither_updated_nor_replaced_nor_pruned() -> None:
    old, task = child(WORKLOAD, meant="older"), plan(service("task", kind="Job"))
    old_task, surplus = child(task.manifests[0], meant="older"), child(manifest("Service", "surplus"))
    nothing = Difference((), (), ())

    assert diff(WEB, old).apply == ((WORKLOAD, old),)
    assert diff(WEB, old, withheld=(old.ref,)) == nothing
    assert diff(task, old_task).delete == (old_task,)
    assert diff(task, old_task, withheld=(old_task.ref,)) == nothing
    assert diff(plan(), surplus).delete == (surplus,)
    assert diff(plan(), surplus, withheld=(surplus.ref,)) == nothing


def test_objects_of_an_earlier_stack_stop_everything_for_them() -> None:
    result = diff(WEB, child(WORKLOAD, owner="uid of the stack before"))

    assert result == Difference((), (), (Ref("Deployment", "shop-web"),))


def test_a_job_that_changed_is_deleted_and_created_when_it_is_gone() -> None:
    migrate = plan(service("migrate", kind="Job"))
    old = child(migrate.manifests[0], meant="older")

    assert diff(migrate, old) == Difference((), (old,), ())
    assert diff(migrate).apply == ((migrate.manifests[0], None),)


def test_a_service_that_gets_or_loses_its_address_is_replaced() -> None:
    headless, addressed = manifest("Service", "web", clusterIP="None"), manifest("Service", "web", ports=[80])
    for old, new in ((headless, addressed), (addressed, headless)):
        target = plan(service("web"), extra=(new,))

        assert diff(target, child(WORKLOAD), child(old)) == Difference((), (child(old),), ())
        assert diff(target, child(WORKLOAD)).apply == ((new, None),)


def test_a_service_that_stays_what_it_is_is_changed_in_place() -> None:
    old, new = manifest("Service", "web", ports=[80]), manifest("Service", "web", ports=[80, 81])

    assert diff(plan(service("web"), extra=(new,)), child(WORKLOAD), child(old)).apply == ((new, child(old)),)


def test_a_job_that_somebody_edited_is_repaired_not_run_again() -> None:
    migrate = plan(service("migrate", kind="Job"))
    edited = child(migrate.manifests[0], actual="edited")

    assert diff(migrate, edited) == Difference(((migrate.manifests[0], edited),), (), ())


def test_what_the_plan_no_longer_has_is_pruned_workloads_first() -> None:
    network, workload, name = (child(manifest(kind, "old")) for kind in ("NetworkPolicy", "Deployment", "Service"))

    assert diff(WEB, child(WORKLOAD), name, network, workload).delete == (workload, network, name)


def test_claims_are_never_pruned() -> None:
    kept = child(manifest("PersistentVolumeClaim", "old"))

    assert diff(WEB, child(WORKLOAD), kept).delete == ()


def test_what_another_stack_owns_is_not_pruned() -> None:
    foreign, free = child(manifest("Service", "a"), owner="another"), child(manifest("Service", "b"), owner="")

    assert diff(WEB, child(WORKLOAD), foreign, free).delete == ()


def test_mounted_files_stay_until_the_rollout_is_over() -> None:
    config = child(manifest("ConfigMap", "old"))

    assert diff(WEB, child(WORKLOAD), config, rolled_out=False).delete == ()
    assert diff(WEB, child(WORKLOAD), config).delete == (config,)


def test_a_retained_claim_has_no_owner_and_another_one_has() -> None:
    claim = manifest("PersistentVolumeClaim", "shop-data")
    retained = plan(service("web"), extra=(claim,), volumes=(PlannedVolume("data", "shop-data", retained=True),))
    owned = plan(service("web"), extra=(claim,), volumes=(PlannedVolume("data", "shop-data", retained=False),))

    assert diff(retained, child(WORKLOAD), child(claim, owner="")).apply == ()
    assert diff(owned, child(WORKLOAD), child(claim, owner="")).apply == ((claim, child(claim, owner="")),)


def test_a_workload_that_lacks_an_address_is_left_as_it_is() -> None:
    unbound = replace(WEB, bindings=(Binding(Ref("Deployment", "shop-web"), "a", "a.test"),))

    assert diff(unbound).apply == ()
    assert diff(unbound, child(WORKLOAD, meant="old")).apply == ()
    assert diff(unbound, child(WORKLOAD, meant="old")).delete == ()
