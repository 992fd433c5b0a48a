"""The rows follow what happens in the cluster, whatever happens to the connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import pytest

from composestack.cluster.cluster import KubernetesCluster
from composestack.cluster.connecting import connect
from composestack.kinds import KINDS, Ref
from composestack.reconcile.port import Child, Phase, StackKey
from tests.cluster.audit import Audit
from tests.cluster.client import Client
from tests.cluster.cluster import Cluster
from tests.cluster.plugin import Kubectl
from tests.integration.owners import Owner, create_owner, workload


@pytest.fixture
def shop(kubectl: Kubectl, namespace: str, definition: None) -> Owner:
    return create_owner(kubectl, namespace, "shop")


@pytest.fixture
async def changes() -> list[StackKey]:
    return []


@pytest.fixture
async def house(
    cluster: Client, namespace: str, definition: None, changes: list[StackKey]
) -> AsyncIterator[KubernetesCluster]:
    """The port with its watches, on the test's namespace."""
    client = await connect(str(cluster.kubeconfig))
    house = KubernetesCluster(client, [namespace], changes.append)
    task = asyncio.create_task(house.run())
    await asyncio.wait_for(house.ready(), 30)
    yield house
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await client.close()


async def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - the test looks from outside
            await asyncio.sleep(0.02)


def rows(house: KubernetesCluster, owner: Owner) -> dict[Ref, Child]:
    return dict(house.live(owner.key).children)


A = Ref("ConfigMap", "a")


async def test_what_others_do_to_a_child_is_seen(
    house: KubernetesCluster, shop: Owner, kubectl: Kubectl, changes: list[StackKey]
) -> None:
    row = await house.apply(shop.config("a", x="1"), None)
    changes.clear()

    kubectl("-n", shop.namespace, "patch", "configmap", "a", "-p", '{"data": {"x": "edited"}}')
    await until(lambda: rows(house, shop)[A].actual != row.meant)
    assert changes == [shop.key]

    kubectl("-n", shop.namespace, "delete", "configmap", "a")
    await until(lambda: A not in rows(house, shop))
    assert changes == [shop.key] * 2


async def test_our_own_writes_are_no_news(house: KubernetesCluster, shop: Owner, changes: list[StackKey]) -> None:
    for n in range(10):
        await house.apply(shop.config(f"a{n}", x="1"), None)
    await until(lambda: len(rows(house, shop)) == 10)
    await asyncio.sleep(0.5)

    assert changes == [shop.key] * 10, "one change each: the write; its echo says nothing new"


async def test_a_rollout_is_followed(house: KubernetesCluster, shop: Owner) -> None:
    ref = Ref("Deployment", "web")
    row = await house.apply(workload(shop, "Deployment", "web", replicas=2), None)
    assert row.health.phase is Phase.IN_PROGRESS

    await until(lambda: rows(house, shop)[ref].health.phase is Phase.CURRENT)
    health = rows(house, shop)[ref].health
    pods = house.live(shop.key).pods
    assert (health.ready, health.desired) == (2, 2)
    assert [(pod.service, pod.ready, pod.started) for pod in pods] == [("web", True, True)] * 2


async def test_a_job_is_followed_to_its_end(house: KubernetesCluster, shop: Owner) -> None:
    pod = {"restartPolicy": "Never", "containers": [{"name": "a", "image": "example.com/a"}]}
    row = await house.apply(workload(shop, "Job", "once", pod), None)

    await until(lambda: rows(house, shop)[row.ref].health.phase is Phase.CURRENT)
    assert rows(house, shop)[row.ref].health.ready == 1


async def test_a_claim_is_followed_until_it_is_bound(house: KubernetesCluster, shop: Owner) -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    row = await house.apply(shop.manifest("PersistentVolumeClaim", "data", spec=spec), None)

    await until(lambda: rows(house, shop)[row.ref].health.phase is Phase.CURRENT)


async def test_a_pod_that_cannot_be_scheduled_says_why(house: KubernetesCluster, shop: Owner) -> None:
    pod = {"nodeSelector": {"disk": "gold"}, "containers": [{"name": "a", "image": "example.com/a"}]}
    await house.apply(workload(shop, "Deployment", "web", pod), None)

    await until(lambda: [pod.reason for pod in house.live(shop.key).pods] == ["Unschedulable"])
    (row,) = house.live(shop.key).pods
    assert "node affinity/selector" in row.message
    assert not row.started


async def test_a_child_whose_label_is_taken_away_is_gone_and_comes_back(
    house: KubernetesCluster, shop: Owner, kubectl: Kubectl
) -> None:
    row = await house.apply(shop.config("a", x="1"), None)
    kubectl("-n", shop.namespace, "label", "configmap", "a", "composestack.io/stack-")
    await until(lambda: A not in rows(house, shop))

    again = await house.apply(shop.config("a", x="1"), None)
    assert again.uid == row.uid
    assert rows(house, shop) == {A: again}


async def test_the_deletion_of_the_stack_takes_its_children(
    house: KubernetesCluster, shop: Owner, kubectl: Kubectl
) -> None:
    await house.apply(shop.config("a", x="1"), None)
    kubectl("-n", shop.namespace, "delete", "composestack", "shop")

    await until(lambda: not rows(house, shop))


async def test_other_namespaces_and_foreign_objects_are_not_seen(
    house: KubernetesCluster, shop: Owner, kubectl: Kubectl
) -> None:
    kubectl("-n", shop.namespace, "create", "configmap", "foreign")
    kubectl("-n", "default", "create", "configmap", "labelled")
    kubectl("-n", "default", "label", "configmap", "labelled", "composestack.io/stack=shop")
    await house.apply(shop.config("a", x="1"), None)
    await asyncio.sleep(0.5)

    assert set(rows(house, shop)) == {A}
    assert not house.live(StackKey("default", "shop")).children
    kubectl("-n", "default", "delete", "configmap", "labelled")


async def test_watching_costs_one_list_and_one_watch_a_kind(
    house: KubernetesCluster, shop: Owner, audit: Audit, cluster: Client
) -> None:
    client = await connect(str(cluster.kubeconfig))
    second = KubernetesCluster(client, [shop.namespace], lambda _: None)
    audit.mark()
    task = asyncio.create_task(second.run())
    await second.ready()
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await client.close()
    await asyncio.sleep(0.2)

    entries = audit.entries(user_agent="composestack/", namespace=shop.namespace)
    lists = [entry for entry in entries if entry.verb == "list"]
    served = [entry for entry in lists if entry.code != 404]
    assert len(lists) == len(KINDS) + 1  # and pods
    assert len([entry for entry in entries if entry.verb == "watch"]) == len(served)


async def test_what_happens_while_the_api_server_is_away_is_seen_afterwards(
    house: KubernetesCluster, shop: Owner, embedded: Cluster
) -> None:
    await house.apply(shop.config("stays", x="1"), None)
    await house.apply(shop.config("goes", x="1"), None)

    await asyncio.to_thread(embedded.restart, "kube-apiserver", kill=True)
    await asyncio.to_thread(embedded.kubectl, "-n", shop.namespace, "delete", "configmap", "goes")
    await until(lambda: set(rows(house, shop)) == {Ref("ConfigMap", "stays")}, 60)

    await asyncio.to_thread(
        embedded.kubectl, "-n", shop.namespace, "apply", "-f", "-", stdin=json.dumps(shop.config("new", x="1"))
    )
    await until(lambda: Ref("ConfigMap", "new") in rows(house, shop), 60)
    assert house.age < 60
