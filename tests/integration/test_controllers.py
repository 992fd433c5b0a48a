"""What Kubernetes' own controllers make of the objects: where pods run, how many, and which may be taken away."""

from __future__ import annotations

import json
from subprocess import CalledProcessError
from typing import Any

import pytest

from tests.cluster.plugin import Kubectl
from tests.integration.conftest import Stacks, wait_for

EVICTION = {"apiVersion": "policy/v1", "kind": "Eviction"}


def nodes_of(stacks: Stacks, *services: str) -> list[str]:
    """Return the node of each pod of some services."""
    items = json.loads(stacks.kubectl("get", "pods", "-o", "json"))["items"]
    pods = [each for each in items if each["metadata"]["labels"].get("composestack.io/service") in services]
    return sorted(pod["spec"]["nodeName"] for pod in pods)


def healthy(stacks: Stacks, number: int, spare: int) -> bool:
    """Tell whether the budget sees so many pods, and so many to spare."""
    status = stacks.get("poddisruptionbudget", "shop-web").get("status", {})
    return (status.get("currentHealthy"), status.get("disruptionsAllowed")) == (number, spare)


def conditions(body: dict[str, Any]) -> dict[str, str]:
    return {each["type"]: each["status"] for each in body.get("status", {}).get("conditions", ())}


def test_a_global_service_has_a_pod_on_each_node_that_its_constraints_allow(stacks: Stacks, kubectl: Kubectl) -> None:
    zone = {"constraints": ["node.labels.topology.kubernetes.io/zone == zone-2"]}
    stacks.apply(
        "shop",
        {
            "services": {
                "agent": {"image": "acme/agent", "deploy": {"mode": "global"}},
                "local": {"image": "acme/agent", "deploy": {"mode": "global", "placement": zone}},
            }
        },
    )

    status = stacks.ready("shop")

    everywhere = kubectl("get", "nodes", "-o", "jsonpath={.items[*].metadata.name}").split()
    in_zone = kubectl(
        "get", "nodes", "-l", "topology.kubernetes.io/zone=zone-2", "-o", "jsonpath={.items[*].metadata.name}"
    ).split()
    assert len(everywhere) > len(in_zone)
    assert nodes_of(stacks, "agent") == sorted(everywhere)
    assert nodes_of(stacks, "local") == sorted(in_zone)
    assert [(each["name"], each["kind"], each["ready"]) for each in status["services"]] == [
        ("agent", "DaemonSet", f"{len(everywhere)}/{len(everywhere)}"),
        ("local", "DaemonSet", f"{len(in_zone)}/{len(in_zone)}"),
    ]


def test_all_pods_with_one_volume_are_on_one_node_and_spread_where_they_are_told_to(stacks: Stacks) -> None:
    apart = {"replicas": 3, "placement": {"max_replicas_per_node": 1}}
    stacks.apply(
        "shop",
        {
            "services": {
                "writer": {"image": "acme/app", "volumes": ["data:/data"], "deploy": {"replicas": 3}},
                "reader": {"image": "acme/app", "volumes": ["data:/data:ro"]},
                "apart": {"image": "acme/app", "deploy": apart},
            },
            "volumes": {"data": {}},
        },
    )

    status = stacks.ready("shop")

    assert len(nodes_of(stacks, "writer", "reader")) == 4
    assert len(set(nodes_of(stacks, "writer", "reader"))) == 1
    assert len(set(nodes_of(stacks, "apart"))) == 3
    assert status["volumes"] == [{"name": "data", "claim": "shop-data", "phase": "Bound"}]


def test_a_job_runs_as_many_pods_as_it_has_replicas_to_completion(stacks: Stacks) -> None:
    stacks.apply("shop", {"services": {"batch": {"image": "b", "deploy": {"mode": "replicated-job", "replicas": 3}}}})

    status = stacks.ready("shop")

    assert [(each["kind"], each["state"]) for each in status["services"]] == [("Job", "Completed")]
    job = stacks.get("job", "shop-batch")
    assert (job["status"]["succeeded"], conditions(job)["Complete"]) == (3, "True")


def test_an_autoscaler_finds_what_it_scales_and_the_operator_leaves_the_number_to_it(stacks: Stacks) -> None:
    web = {
        "image": "acme/web",
        "expose": [80],
        "deploy": {"resources": {"reservations": {"cpus": "0.25"}}},
        "x-kubernetes": {"autoscale": {"min": 2, "max": 4, "cpu": 60}},
    }
    stacks.apply("shop", {"services": {"web": web}})
    stacks.ready("shop")

    def scaled() -> bool:
        return conditions(stacks.get("horizontalpodautoscaler", "shop-web")).get("AbleToScale") == "True"

    def pods() -> int:
        return int(stacks.get("deployment", "shop-web")["status"].get("readyReplicas", 0))

    wait_for(scaled, "the autoscaler to find its Deployment", timeout=90)
    wait_for(lambda: pods() == 2, "the autoscaler to raise the number to its minimum", timeout=90)
    stacks.apply("shop", {"services": {"web": {**web, "image": "acme/web:2"}}})
    stacks.ready("shop")
    assert stacks.get("deployment", "shop-web")["spec"]["replicas"] == 2


def test_a_budget_lets_one_pod_be_evicted_and_not_two(stacks: Stacks) -> None:
    budget = {"disruptionBudget": {"minAvailable": 2}}
    stacks.apply(
        "shop", {"services": {"web": {"image": "acme/web", "deploy": {"replicas": 2}, "x-kubernetes": budget}}}
    )
    stacks.ready("shop")

    wait_for(lambda: healthy(stacks, 2, 0), "the budget to see its pods")
    pod = stacks.names("pods", {"composestack.io/service": "web"})[0]
    eviction = json.dumps({**EVICTION, "metadata": {"name": pod, "namespace": stacks.namespace}})
    path = f"/api/v1/namespaces/{stacks.namespace}/pods/{pod}/eviction"
    with pytest.raises(CalledProcessError, match="disruption budget"):
        stacks.kubectl("create", "--raw", path, "-f", "-", stdin=eviction)
    stacks.apply(
        "shop", {"services": {"web": {"image": "acme/web", "deploy": {"replicas": 3}, "x-kubernetes": budget}}}
    )
    stacks.ready("shop")

    wait_for(lambda: healthy(stacks, 3, 1), "the budget to have one pod to spare")
    stacks.kubectl("create", "--raw", path, "-f", "-", stdin=eviction)
    wait_for(lambda: pod not in stacks.names("pods"), "the pod to be gone")


def test_a_stateful_set_names_its_pods_in_order(stacks: Stacks) -> None:
    stacks.apply(
        "shop",
        {
            "services": {
                "db": {
                    "image": "acme/db",
                    "expose": [5432],
                    "deploy": {"replicas": 2},
                    "x-kubernetes": {"workload": "StatefulSet"},
                }
            }
        },
    )

    stacks.ready("shop")

    assert stacks.names("pods") == ["shop-db-0", "shop-db-1"]
