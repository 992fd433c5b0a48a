from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from composestack.kinds import KINDS, Ref
from composestack.reconcile.accounts import Accounts, Choice
from composestack.reconcile.disputes import FIRST_PAUSE, PATIENCE
from composestack.reconcile.port import NameConflict, Rejected, Rival
from composestack.reconcile.reconciler import CALM, SLOW, SOON, Reconciler, Result
from composestack.translate.policies import Policies
from tests.unit.reconcile.recording import RecordingCluster
from tests.unit.reconcile.rows import UID, child, manifest, pod
from tests.unit.reconcile.shop import DB, KEY, WEB, WEB_AND_DB, converged, setup, stack


async def test_a_new_stack_is_applied_wave_by_wave_and_its_status_written_twice() -> None:
    cluster, reconciler, _ = setup(stack())

    await reconciler.reconcile(KEY)
    waves = [KINDS[ref.kind].wave for ref in cluster.applied]
    assert waves == sorted(waves)
    assert DB in cluster.applied
    assert WEB not in cluster.applied
    assert cluster.ready["status"] == "Unknown"

    cluster.become_ready()
    await reconciler.reconcile(KEY)
    assert WEB in cluster.applied
    cluster.become_ready()
    assert await reconciler.reconcile(KEY) == Result(settled=True)

    assert cluster.ready["message"] == "2 of 2 services are ready"
    assert len(cluster.statuses) == 2
    assert len(cluster.applied) == len(set(cluster.applied))


async def test_children_are_owned_by_the_stack_but_retained_claims_are_not() -> None:
    cluster, reconciler, _ = setup(stack())

    await reconciler.reconcile(KEY)

    (owner,) = cluster.manifests[DB]["metadata"]["ownerReferences"]
    assert (owner["uid"], owner["controller"]) == (UID, True)
    assert "ownerReferences" not in cluster.manifests[Ref("PersistentVolumeClaim", "shop-data")]["metadata"]


async def test_a_stack_that_is_as_it_should_be_costs_no_write() -> None:
    cluster, reconciler = await converged()

    assert await reconciler.reconcile(KEY) == Result(settled=True)

    assert (cluster.applied, cluster.deleted, cluster.statuses, cluster.events) == ([], [], [], [])


async def test_one_changed_image_is_one_apply() -> None:
    cluster, reconciler = await converged()
    cluster.body = {
        **stack(WEB_AND_DB.replace("nginx", "nginx:2"), 2),
        "status": cluster.body and cluster.body["status"],
    }

    await reconciler.reconcile(KEY)

    assert cluster.applied == [WEB]
    assert cluster.statuses[-1]["observedGeneration"] == 2


async def test_a_removed_service_is_pruned_and_its_claim_kept() -> None:
    cluster, reconciler = await converged()
    only_web = "services: {web: {image: nginx, ports: ['8080:80']}}"
    cluster.body = {**stack(only_web, 2), "status": cluster.body and cluster.body["status"]}

    await reconciler.reconcile(KEY)

    assert DB in cluster.deleted
    assert Ref("Service", "db") in cluster.deleted
    assert Ref("PersistentVolumeClaim", "shop-data") in cluster.children


async def test_what_only_old_pods_mounted_goes_even_if_the_rollout_ends_within_the_pass() -> None:
    with_secret = WEB_AND_DB.replace("image: postgres:17", "image: postgres:17\n    secrets: [key]")
    env = [{"name": "KEY", "value": "k"}]
    cluster, reconciler, _ = setup(stack(with_secret + "secrets: {key: {environment: KEY}}", env=env))
    for _ in range(3):
        await reconciler.reconcile(KEY)
        cluster.become_ready()
    (secret,) = (ref for ref in cluster.children if ref.kind == "Secret")
    cluster.body = {
        **stack("services: {web: {image: 'nginx:2'}}", 2),
        "status": cluster.body and cluster.body["status"],
    }
    cluster.meanwhile = cluster.become_ready  # type: ignore[method-assign]

    assert await reconciler.reconcile(KEY) == Result(settled=True)

    assert secret in cluster.deleted
    assert str(secret) not in {entry["id"] for entry in cluster.statuses[-1]["inventory"]}


@pytest.mark.parametrize(
    ("compose", "reason", "words"),
    [
        (
            "services:\n  web:\n    image: nginx\n    prots: ['80:80']\n",
            "InvalidCompose",
            ["services.web.prots", ":4:"],
        ),
        ("services: {web: {build: .}}", "Refused", ["services.web", "spec.images.web"]),
    ],
)
async def test_bad_input_changes_nothing_that_runs(compose: str, reason: str, words: list[str]) -> None:
    cluster, reconciler = await converged()
    cluster.body = {**stack(compose, 2), "status": cluster.body and cluster.body["status"]}

    assert await reconciler.reconcile(KEY) == Result(settled=True)

    assert (cluster.applied, cluster.deleted) == ([], [])
    assert (cluster.ready["status"], cluster.ready["reason"]) == ("False", reason)
    assert all(word in cluster.ready["message"] for word in words)
    assert len(cluster.statuses[-1]["services"]) == 2
    assert [event.type for event in cluster.events] == ["Warning"]


async def test_a_name_conflict_takes_back_what_the_pass_created() -> None:
    cluster, reconciler, _ = setup(stack())
    cluster.errors[Ref("Service", "web")] = NameConflict(Ref("Service", "web"), "another stack")

    result = await reconciler.reconcile(KEY)

    assert cluster.children == {}
    assert result == Result(again=SOON, blocked=True)
    assert (cluster.ready["reason"], "another stack" in cluster.ready["message"]) == ("NameConflict", True)


async def test_a_conflict_that_lasts_creates_nothing_again() -> None:
    cluster, reconciler, _ = setup(stack())
    disputed = Ref("Service", "web")
    cluster.errors[disputed] = NameConflict(disputed, "another stack")
    await reconciler.reconcile(KEY)
    cluster.applied.clear()
    cluster.deleted.clear()

    await reconciler.reconcile(KEY)
    assert (cluster.applied, cluster.deleted) == ([], [])
    assert len(cluster.statuses) == 1

    del cluster.errors[disputed]
    await reconciler.reconcile(KEY)
    assert cluster.applied[0] == disputed
    assert DB in cluster.applied


async def test_a_rejected_object_is_reported_and_stops_the_waves_after_it() -> None:
    cluster, reconciler, _ = setup(stack())
    claim = Ref("PersistentVolumeClaim", "shop-data")
    cluster.errors[claim] = Rejected(claim, 422, "spec is immutable", immutable=True)

    assert await reconciler.reconcile(KEY) == Result(again=SOON, blocked=True)

    assert not any(KINDS[ref.kind].workload for ref in cluster.applied)
    assert cluster.ready["reason"] == "ImmutableField"


async def test_an_error_that_may_pass_is_left_to_the_queue() -> None:
    cluster, reconciler, _ = setup(stack())
    cluster.errors[Ref("Service", "web")] = ConnectionError("refused")

    with pytest.raises(ConnectionError):
        await reconciler.reconcile(KEY)

    assert cluster.statuses == []


async def test_progress_is_told_but_not_every_moment() -> None:
    cluster, reconciler, clock = setup(stack())
    await reconciler.reconcile(KEY)
    cluster.become_ready()

    clock.seconds = 1.0
    assert await reconciler.reconcile(KEY) == Result(again=CALM - 1)
    assert len(cluster.statuses) == 1

    clock.seconds = CALM
    await reconciler.reconcile(KEY)
    assert len(cluster.statuses) == 2
    assert cluster.statuses[-1]["servicesReady"] == "1/2"


async def test_a_suspended_stack_is_left_alone() -> None:
    cluster, reconciler, _ = setup(stack(suspend=True))

    assert await reconciler.reconcile(KEY) == Result(settled=True)

    assert cluster.applied == []
    assert cluster.ready["reason"] == "Suspended"


async def test_leftovers_of_an_earlier_stack_are_waited_for() -> None:
    cluster, reconciler, _ = setup(stack())
    left = child(manifest("Service", "web"), owner="uid of the stack before")
    cluster.children[left.ref] = left

    await reconciler.reconcile(KEY)
    assert cluster.applied == []
    assert "Service/web" in cluster.ready["message"]

    del cluster.children[left.ref]
    await reconciler.reconcile(KEY)
    assert Ref("Service", "web") in cluster.applied


@pytest.mark.parametrize("body", [None, {"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}}])
async def test_a_stack_that_is_gone_is_forgotten(body: dict[str, Any] | None) -> None:
    cluster, reconciler, _ = setup(body)

    assert await reconciler.reconcile(KEY) == Result(settled=True)

    assert (cluster.applied, cluster.statuses) == ([], [])


async def test_pods_with_the_address_of_a_service_wait_for_it_and_follow_it() -> None:
    cluster, reconciler, _ = setup(stack("services: {0auth: {image: acme/auth, expose: [80]}}"))
    service, auth = Ref("Service", "x-0auth"), Ref("Deployment", "shop-x-0auth")

    await reconciler.reconcile(KEY)
    assert service in cluster.applied
    assert auth not in cluster.applied

    for address in ("10.0.0.7", "10.0.0.8"):
        cluster.children[service] = replace(cluster.children[service], address=address)
        cluster.applied.clear()
        await reconciler.reconcile(KEY)
        assert cluster.applied == [auth]
        pod = cluster.manifests[auth]["spec"]["template"]["spec"]
        assert pod["hostAliases"] == [{"hostnames": ["0auth"], "ip": address}]


@pytest.mark.parametrize(
    "newest",
    [
        stack(generation=9),
        {"metadata": {"deletionTimestamp": "now"}},
        {"metadata": {}},
        {**stack("services: {web: {image: 'nginx:2'}}", exclude=["cache"]), "metadata": {"uid": UID}},
    ],
)
async def test_nothing_is_deleted_on_old_evidence(newest: dict[str, Any]) -> None:
    cluster, reconciler = await converged()
    cluster.body = {
        **stack("services: {web: {image: 'nginx:2'}}", 2),
        "status": cluster.body and cluster.body["status"],
    }
    cluster.newest = {**newest, "metadata": {"uid": "another", "generation": 2, **newest["metadata"]}}

    assert await reconciler.reconcile(KEY) == Result(again=0.0)
    assert (cluster.applied, cluster.deleted, cluster.statuses) == ([], [], [])

    cluster.newest = cluster.body
    await reconciler.reconcile(KEY)
    assert DB in cluster.deleted


async def test_objects_are_written_and_removed_as_the_account_of_the_stack() -> None:
    cluster, reconciler, _ = setup(stack(serviceAccountName="deployer"))
    await reconciler.reconcile(KEY)
    spec = {"compose": "services: {web: {image: nginx}}", "serviceAccountName": "deployer"}
    cluster.body = {**stack(generation=2), "spec": spec, "status": cluster.body and cluster.body["status"]}

    await reconciler.reconcile(KEY)

    assert DB in cluster.deleted
    assert cluster.users == {"system:serviceaccount:default:deployer"}


async def test_without_an_account_where_one_is_required_nothing_is_written() -> None:
    cluster = RecordingCluster(stack())

    await Reconciler(cluster, Policies(), Accounts(choice=Choice.REQUIRED)).reconcile(KEY)

    assert cluster.applied == []
    assert (cluster.ready["reason"], "serviceAccountName" in cluster.ready["message"]) == ("Refused", True)


async def test_what_the_account_may_not_do_is_said_and_tried_again_later() -> None:
    cluster, reconciler, _ = setup(stack(serviceAccountName="deployer"))
    said = (
        'x is forbidden: User "system:serviceaccount:default:deployer" cannot patch resource "services" in API group ""'
    )
    cluster.errors[Ref("Service", "web")] = Rejected(Ref("Service", "web"), 403, said)

    assert await reconciler.reconcile(KEY) == Result(again=SOON, blocked=True)
    assert cluster.ready["reason"] == "Forbidden"


async def test_what_is_refused_for_long_is_tried_ever_more_rarely_and_afterwards_as_soon_as_before() -> None:
    cluster, reconciler, clock = setup(stack())
    web = Ref("Service", "web")
    cluster.errors[web] = Rejected(web, 403, "no")

    waits = []
    for _ in range(8):
        again = (await reconciler.reconcile(KEY)).again
        assert again is not None
        waits.append(again)
        clock.seconds += again
    assert waits == [SOON, SOON, 2 * SOON, 4 * SOON, 8 * SOON, 16 * SOON, SLOW, SLOW]

    error = cluster.errors.pop(web)
    await reconciler.reconcile(KEY)
    del cluster.children[web]
    cluster.errors[web] = error
    assert (await reconciler.reconcile(KEY)).again == SOON


async def test_what_a_crashed_container_said_is_part_of_the_reason() -> None:
    cluster, reconciler, clock = setup(stack())
    await reconciler.reconcile(KEY)
    crash = pod("db", ready=False, reason="CrashLoopBackOff", message="container db exited with code 1")
    cluster.pods = [replace(crash, crashed="db")]
    cluster.lines = {"db-pod": "no such directory"}
    clock.seconds = CALM

    await reconciler.reconcile(KEY)

    assert "container db exited with code 1; it last said: no such directory" in cluster.ready["message"]


async def test_a_dependent_is_restarted_when_its_dependency_is_ready_again() -> None:
    compose = WEB_AND_DB.replace("condition: service_healthy", "condition: service_healthy, restart: true")
    cluster, reconciler, _ = setup(stack(compose))
    for _ in range(3):
        await reconciler.reconcile(KEY)
        cluster.become_ready()
    cluster.body = {**stack(compose.replace("postgres:17", "postgres:18"), 2), "status": cluster.statuses[-1]}
    cluster.applied.clear()

    await reconciler.reconcile(KEY)
    assert cluster.applied == [DB]
    assert {s["name"]: s["state"] for s in cluster.statuses[-1]["services"]} == {"db": "Progressing", "web": "Waiting"}

    cluster.become_ready()
    await reconciler.reconcile(KEY)
    assert cluster.applied == [DB, WEB]


async def test_somebody_who_insists_is_named_in_the_status_until_it_is_over() -> None:
    cluster, reconciler, clock = setup(stack())
    for _ in range(3):
        await reconciler.reconcile(KEY)
        cluster.become_ready()
    cluster.applied.clear()
    cluster.others = (Rival("kubectl", (".spec.replicas",)),)

    for _ in range(PATIENCE + 2):
        cluster.children[WEB] = replace(cluster.children[WEB], actual="edited")
        result = await reconciler.reconcile(KEY)
        cluster.become_ready()

    assert cluster.applied == [WEB] * PATIENCE
    assert result == Result(again=FIRST_PAUSE, blocked=True)
    assert (cluster.ready["status"], cluster.ready["reason"]) == ("False", "FieldConflict")
    assert "Deployment/shop-web" in cluster.ready["message"]
    assert "kubectl (.spec.replicas)" in cluster.ready["message"]
    assert [event.reason for event in cluster.events].count("FieldConflict") == 1

    clock.seconds = FIRST_PAUSE
    assert await reconciler.reconcile(KEY) == Result(again=2 * FIRST_PAUSE, blocked=True)
    cluster.become_ready()
    clock.seconds = 4 * FIRST_PAUSE
    assert await reconciler.reconcile(KEY) == Result(settled=True)
    assert cluster.ready["status"] == "True"


async def test_what_this_operator_does_not_know_stalls_a_stack_and_changes_nothing() -> None:
    cluster, reconciler = await converged()
    cluster.body = {**stack(generation=2, shiny="yes"), "status": cluster.body and cluster.body["status"]}

    assert await reconciler.reconcile(KEY) == Result(settled=True)

    assert (cluster.applied, cluster.deleted) == ([], [])
    assert (cluster.ready["status"], cluster.ready["reason"]) == ("False", "InvalidSpec")
    assert "spec.shiny: unknown field" in cluster.ready["message"]
    assert cluster.statuses[-1]["observedGeneration"] == 2
    assert len(cluster.statuses[-1]["services"]) == 2
