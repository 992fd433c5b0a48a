"""Server-side apply as the operator does it: nobody's object is taken over, and errors are told apart."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from composestack.cluster.cluster import KubernetesCluster
from composestack.cluster.connecting import connect
from composestack.kinds import Ref
from composestack.reconcile.port import Event, NameConflict, Rejected, StackKey
from composestack.translate.plan import Manifest
from tests.cluster.audit import Audit
from tests.cluster.client import Client
from tests.cluster.plugin import Kubectl
from tests.integration.owners import POD, Owner, create_owner, workload

AGENT = "composestack/"


@pytest.fixture
async def house(cluster: Client, namespace: str) -> AsyncIterator[KubernetesCluster]:
    """The port, without watches: writes alone."""
    client = await connect(str(cluster.kubeconfig))
    yield KubernetesCluster(client, [namespace], lambda _: None)
    await client.close()


@pytest.fixture
def shop(kubectl: Kubectl, namespace: str, definition: None) -> Owner:
    return create_owner(kubectl, namespace, "shop")


@pytest.fixture
def blog(kubectl: Kubectl, namespace: str, definition: None) -> Owner:
    return create_owner(kubectl, namespace, "blog")


class Live:
    """The objects of the test's namespace, by kubectl."""

    def __init__(self, kubectl: Kubectl, namespace: str) -> None:
        self._kubectl = kubectl
        self.namespace = namespace

    def __call__(self, *arguments: str, stdin: str | None = None) -> str:
        return self._kubectl("-n", self.namespace, *arguments, stdin=stdin)

    def get(self, kind: str, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self("get", kind, name, "-o", "json"))
        return found

    def replace(self, kind: str, name: str, **metadata: Any) -> None:
        live = self.get(kind, name)
        live["metadata"].update(metadata)
        self("replace", "-f", "-", stdin=json.dumps(live))


@pytest.fixture
def live(kubectl: Kubectl, namespace: str) -> Live:
    return Live(kubectl, namespace)


async def test_a_new_object_costs_one_call_and_so_does_a_change(
    house: KubernetesCluster, shop: Owner, live: Live, audit: Audit
) -> None:
    row = await house.apply(shop.config("a", x="1"), None)
    assert row.meant == row.actual
    assert row.owner_uid == shop.uid
    assert house.live(shop.key).children == {row.ref: row}
    await house.apply(shop.config("a", x="2"), row)

    assert live.get("configmap", "a")["data"] == {"x": "2"}
    calls = audit.entries(user_agent=AGENT, namespace=shop.namespace)
    assert [(call.verb, call.code) for call in calls if call.resource == "configmaps"] == [
        ("patch", 201),
        ("patch", 200),
    ]


async def test_what_we_no_longer_mean_is_removed(house: KubernetesCluster, shop: Owner, live: Live) -> None:
    row = await house.apply(shop.config("a", x="1", y="1"), None)
    await house.apply(shop.config("a", x="1"), row)

    assert live.get("configmap", "a")["data"] == {"x": "1"}


async def test_an_object_of_nobody_is_not_taken_over(house: KubernetesCluster, shop: Owner, live: Live) -> None:
    live("create", "configmap", "a", "--from-literal=x=theirs")
    before = live.get("configmap", "a")

    with pytest.raises(NameConflict, match="ConfigMap/a already exists and belongs to somebody else"):
        await house.apply(shop.config("a", x="theirs"), None)

    assert live.get("configmap", "a") == before


async def test_an_object_of_another_stack_is_not_taken_over(
    house: KubernetesCluster, shop: Owner, blog: Owner, live: Live
) -> None:
    theirs = await house.apply(blog.config("a", x="1"), None)
    before = live.get("configmap", "a")

    for known in (None, theirs):
        with pytest.raises(NameConflict, match="belongs to ComposeStack/blog"):
            await house.apply(shop.config("a", x="2"), known)

    assert live.get("configmap", "a") == before


async def test_of_two_stacks_at_the_same_moment_one_wins(
    house: KubernetesCluster, shop: Owner, blog: Owner, live: Live
) -> None:
    for n in range(20):
        name = f"a{n}"
        results = await asyncio.gather(
            *(house.apply(owner.config(name, x=owner.name), None) for owner in (shop, blog)), return_exceptions=True
        )

        assert sorted(type(result).__name__ for result in results) == ["Child", "NameConflict"]
        found = live.get("configmap", name)
        assert [owner["name"] for owner in found["metadata"]["ownerReferences"]] == [found["data"]["x"]]


async def test_our_own_object_is_recognised_when_the_watch_is_late(
    house: KubernetesCluster, shop: Owner, live: Live
) -> None:
    await house.apply(shop.config("a", x="1"), None)
    await house.apply(shop.config("a", x="2"), None)

    assert live.get("configmap", "a")["data"] == {"x": "2"}


async def test_what_the_api_server_writes_in_another_form_is_no_drift(
    house: KubernetesCluster, shop: Owner, live: Live
) -> None:
    container = {"name": "a", "image": "a", "resources": {"limits": {"cpu": "0.5"}}}
    row = await house.apply(workload(shop, "Deployment", "web", {"containers": [container]}), None)

    written = live.get("deployment", "web")["spec"]["template"]["spec"]["containers"][0]
    assert written["resources"] == {"limits": {"cpu": "500m"}}
    assert row.actual == row.meant


async def test_what_vanished_meanwhile_is_created_anew(house: KubernetesCluster, shop: Owner, live: Live) -> None:
    row = await house.apply(shop.config("a", x="1"), None)
    live("delete", "configmap", "a")
    again = await house.apply(shop.config("a", x="1"), row)

    assert again.uid != row.uid


async def test_what_was_replaced_by_a_foreign_object_meanwhile_is_not_taken_over(
    house: KubernetesCluster, shop: Owner, live: Live
) -> None:
    row = await house.apply(shop.config("a", x="1"), None)
    live("delete", "configmap", "a")
    live("create", "configmap", "a", "--from-literal=x=theirs")

    with pytest.raises(NameConflict):
        await house.apply(shop.config("a", x="1"), row)

    assert live.get("configmap", "a")["data"] == {"x": "theirs"}


async def test_a_lost_owner_is_given_back(house: KubernetesCluster, shop: Owner, live: Live) -> None:
    row = await house.apply(shop.config("a", x="1"), None)
    live.replace("configmap", "a", ownerReferences=[])
    again = await house.apply(shop.config("a", x="1"), replace(row, owner_uid=""))

    assert again.uid == row.uid
    assert again.owner_uid == shop.uid


def claim(owner: Owner, *, owned: bool, size: str = "1Gi") -> Manifest:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    return owner.manifest("PersistentVolumeClaim", "data", owned=owned, spec=spec)


async def test_a_retained_claim_finds_its_way_back_and_can_become_owned(
    house: KubernetesCluster, shop: Owner, live: Live
) -> None:
    first = await house.apply(claim(shop, owned=False), None)
    assert first.owner_uid == ""
    again = await house.apply(claim(shop, owned=False), None)
    owned = await house.apply(claim(shop, owned=True), again)
    assert (owned.uid, owned.owner_uid) == (first.uid, shop.uid)

    released = await house.apply(claim(shop, owned=False), owned)
    assert (released.uid, released.owner_uid) == (first.uid, "")


async def test_a_claim_of_another_stack_is_not_taken_over(house: KubernetesCluster, shop: Owner, blog: Owner) -> None:
    await house.apply(claim(blog, owned=False), None)

    with pytest.raises(NameConflict):
        await house.apply(claim(shop, owned=False), None)


async def immutable(house: KubernetesCluster, before: Manifest, after: Manifest) -> None:
    row = await house.apply(before, None)
    with pytest.raises(Rejected) as caught:
        await house.apply(after, row)
    assert caught.value.status == 422
    assert caught.value.immutable, str(caught.value)
    assert caught.value.ref == row.ref


async def test_a_selector_is_immutable(house: KubernetesCluster, shop: Owner) -> None:
    after = workload(shop, "Deployment", "web")
    labels = {"other": "x"}
    template = {"metadata": {"labels": labels}, "spec": POD}
    after = shop.manifest("Deployment", "web", spec={"selector": {"matchLabels": labels}, "template": template})

    await immutable(house, workload(shop, "Deployment", "web"), after)


async def test_the_template_of_a_job_is_immutable(house: KubernetesCluster, shop: Owner) -> None:
    before, after = (
        workload(shop, "Job", "once", {"restartPolicy": "Never", "containers": [{"name": "a", "image": image}]})
        for image in ("example.com/a:1", "example.com/a:2")
    )

    await immutable(house, before, after)


async def test_a_sealed_secret_is_immutable(house: KubernetesCluster, shop: Owner) -> None:
    before, after = (
        shop.manifest("Secret", "s", immutable=True, type="Opaque", data={"a": value}) for value in ("eA==", "eQ==")
    )

    await immutable(house, before, after)


async def test_a_claim_does_not_shrink(house: KubernetesCluster, shop: Owner) -> None:
    await immutable(house, claim(shop, owned=True, size="2Gi"), claim(shop, owned=True, size="1Gi"))


async def test_the_class_of_a_claim_is_immutable(house: KubernetesCluster, shop: Owner) -> None:
    after = claim(shop, owned=True)
    after["spec"]["storageClassName"] = "other"

    await immutable(house, claim(shop, owned=True), after)


async def test_nonsense_is_rejected_for_good(house: KubernetesCluster, shop: Owner) -> None:
    with pytest.raises(Rejected, match="must be no more than") as caught:
        await house.apply(shop.manifest("ConfigMap", "a", data={"x" * 300: "1"}), None)

    assert (caught.value.status, caught.value.immutable) == (422, False)


async def test_what_does_not_fit_the_schema_is_rejected_for_good(
    house: KubernetesCluster, shop: Owner, audit: Audit
) -> None:
    with pytest.raises(Rejected, match=r"\.spec\.replicas: expected numeric"):
        await house.apply(workload(shop, "Deployment", "web", replicas="many"), None)
    with pytest.raises(Rejected, match=r"field not declared in schema"):
        await house.apply(workload(shop, "Deployment", "web", replica=1), None)

    assert len(audit.entries(user_agent=AGENT, namespace=shop.namespace)) == 2


async def test_without_a_namespace_it_is_rejected(house: KubernetesCluster, shop: Owner) -> None:
    nowhere = Owner("no-such-namespace", "shop", shop.uid)

    with pytest.raises(Rejected) as caught:
        await house.apply(nowhere.config("a", x="1"), None)

    assert caught.value.status == 404


async def test_exactly_one_object_is_deleted(house: KubernetesCluster, shop: Owner, live: Live) -> None:
    row = await house.apply(shop.config("a", x="1"), None)
    await house.delete(row)
    assert house.live(shop.key).children == {}
    await house.delete(row)

    successor = await house.apply(shop.config("a", x="1"), None)
    await house.delete(row)
    assert live.get("configmap", "a")["metadata"]["uid"] == successor.uid


async def test_what_lingers_is_shown_as_terminating(house: KubernetesCluster, shop: Owner, live: Live) -> None:
    row = await house.apply(shop.config("a", x="1"), None)
    live.replace("configmap", "a", finalizers=["example.com/wait"])
    await house.delete(row)

    (lingering,) = house.live(shop.key).children.values()
    assert lingering.health.phase == "Terminating"
    live.replace("configmap", "a", finalizers=[])


def status(message: str, *services: str) -> dict[str, Any]:
    return {
        "observedGeneration": 1,
        "conditions": [
            {
                "type": "Ready",
                "status": "False",
                "reason": "Suspended",
                "message": message,
                "lastTransitionTime": "2026-01-01T00:00:00Z",
            }
        ],
        "services": [{"name": name, "kind": "Deployment", "ready": "0/1", "state": "Waiting"} for name in services],
    }


async def test_a_status_is_replaced_as_a_whole(house: KubernetesCluster, shop: Owner, live: Live) -> None:
    await house.write_status(shop.key, shop.uid, status("one", "a", "b"))
    await house.write_status(shop.key, shop.uid, status("two", "b"))
    body = live.get("composestack", "shop")
    assert body["status"]["conditions"][0]["message"] == "two"
    assert [service["name"] for service in body["status"]["services"]] == ["b"]

    await house.write_status(shop.key, shop.uid, {"observedGeneration": 1, "conditions": []})
    assert "services" not in live.get("composestack", "shop")["status"]
    assert (await house.stack(shop.key) or {})["metadata"]["uid"] == shop.uid


async def test_a_status_of_another_generation_is_dropped(house: KubernetesCluster, shop: Owner, live: Live) -> None:
    await house.write_status(shop.key, shop.uid, {**status("of the past"), "observedGeneration": 0})

    assert "of the past" not in json.dumps(live.get("composestack", "shop"))


async def test_the_status_of_a_vanished_stack_is_dropped(house: KubernetesCluster, shop: Owner, live: Live) -> None:
    await house.write_status(shop.key, "00000000-0000-0000-0000-000000000000", status("for its predecessor"))
    assert "for its predecessor" not in json.dumps(live.get("composestack", "shop"))

    await house.write_status(StackKey(shop.namespace, "never"), shop.uid, status("for nobody"))
    assert await house.stack(StackKey(shop.namespace, "never")) is None


async def test_a_status_that_the_definition_does_not_take_is_rejected(house: KubernetesCluster, shop: Owner) -> None:
    with pytest.raises(Rejected) as caught:
        await house.write_status(shop.key, shop.uid, {"observedGeneration": 1, "services": "none"})

    assert caught.value.ref == Ref("ComposeStack", "shop")


async def test_an_event_is_seen_on_the_stack(house: KubernetesCluster, shop: Owner, live: Live) -> None:
    for _ in range(3):
        await house.emit(shop.key, shop.uid, Event("Warning", "NameConflict", "it is taken"))

    events = json.loads(live("get", "events.events.k8s.io", "-o", "json", "--field-selector=reason=NameConflict"))
    assert [(event["regarding"]["uid"], event["note"]) for event in events["items"]] == [(shop.uid, "it is taken")]
