"""Names that no Service can have stay resolvable: a line of /etc/hosts, with an address that only the cluster knows."""

from __future__ import annotations

import json
from typing import Any

from tests.cluster.audit import Audit
from tests.integration.conftest import USER_AGENT, Operator, Stacks, wait_for

SHOP = """
services:
  web: {image: acme/web, expose: [80], environment: {AUTH: "http://0auth:9000", SEARCH: "http://search.master:9200"}}
  0auth: {image: acme/auth}
  search.master: {image: acme/search, container_name: shop.search}
"""


def address(stacks: Stacks, service: str) -> str:
    found: str = stacks.get("service", service)["spec"]["clusterIP"]
    return found


def hosts(pod: dict[str, Any]) -> dict[str, str]:
    """The lines of /etc/hosts: address by name."""
    return {name: entry["ip"] for entry in pod["spec"]["hostAliases"] for name in entry["hostnames"]}


def writes(audit: Audit, stacks: Stacks) -> list[str]:
    entries = audit.writes(namespace=stacks.namespace, user_agent=USER_AGENT)
    return [f"{entry.verb} {entry.resource}/{entry.name}" for entry in entries if entry.resource != "events"]


def test_pods_find_a_name_that_dns_cannot_hold_at_the_address_of_its_service(stacks: Stacks, audit: Audit) -> None:
    stacks.apply("shop", SHOP)

    status = stacks.ready("shop")

    expected = {
        "0auth": address(stacks, "x-0auth"),
        "search.master": address(stacks, "search-master"),
        "shop.search": address(stacks, "search-master"),
    }
    for workload in ("shop-web", "shop-x-0auth", "shop-search-master"):
        assert hosts(stacks.get("deployment", workload)["spec"]["template"]) == expected
    applies = [write for write in writes(audit, stacks) if "composestacks" not in write]
    assert len(applies) == len(set(applies)) == len(status["inventory"])


def test_a_restart_writes_nothing(stacks: Stacks, operator: Operator, audit: Audit) -> None:
    stacks.apply("shop", SHOP)
    stacks.ready("shop")
    before = writes(audit, stacks)

    operator.stop()
    operator.start()
    stacks.apply("canary", "services: {canary: {image: nginx}}")
    stacks.ready("canary")

    assert [write for write in writes(audit, stacks)[len(before) :] if "canary" not in write] == []


def test_pods_follow_a_service_that_has_another_address(stacks: Stacks) -> None:
    stacks.apply("shop", SHOP)
    stacks.ready("shop")
    former = address(stacks, "x-0auth")
    taken = stacks.get("service", "x-0auth")

    stacks.kubectl("delete", "service", "x-0auth")
    wait_for(lambda: "x-0auth" in stacks.names("service"), "the Service to be created anew")
    anew = stacks.get("service", "x-0auth")

    assert anew["metadata"]["uid"] != taken["metadata"]["uid"]
    assert anew["spec"]["clusterIP"] != former

    def seen_by_pods() -> list[str]:
        selector = "composestack.io/service=web,composestack.io/stack=shop"
        pods = json.loads(stacks.kubectl("get", "pods", "-l", selector, "-o", "json"))["items"]
        return [hosts(pod)["0auth"] for pod in pods]

    wait_for(lambda: seen_by_pods() == [anew["spec"]["clusterIP"]], "the pods to have the new address")
    stacks.ready("shop")


def test_an_address_that_changed_while_nobody_looked_is_found_at_the_start(stacks: Stacks, operator: Operator) -> None:
    """As if the operator had died after it wrote the Service, and before it wrote the pods."""
    stacks.apply("shop", SHOP)
    stacks.ready("shop")
    operator.stop()
    service = stacks.get("service", "x-0auth")
    anew = without_its_life(service)
    stacks.kubectl("delete", "service", "x-0auth")
    stacks.kubectl("apply", "--server-side", "--field-manager=composestack", "-f", "-", stdin=json.dumps(anew))
    assert address(stacks, "x-0auth") != service["spec"]["clusterIP"]

    operator.start()

    wait_for(
        lambda: hosts(stacks.get("deployment", "shop-web")["spec"]["template"])["0auth"] == address(stacks, "x-0auth"),
        "the workload to have the new address",
    )


def without_its_life(service: dict[str, Any]) -> dict[str, Any]:
    """What the operator applied of a Service."""
    metadata = {key: service["metadata"][key] for key in ("name", "labels", "annotations", "ownerReferences")}
    spec = {
        "ports": [{key: port[key] for key in ("name", "port", "protocol")} for port in service["spec"]["ports"]],
        "selector": service["spec"]["selector"],
    }
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}
