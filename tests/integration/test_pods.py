"""Services that share a pod."""

from __future__ import annotations

from typing import Any

from tests.integration.conftest import Stacks

BEHIND = """
services:
  vpn: {image: acme/vpn, expose: [8080]}
  client:
    image: acme/client
    network_mode: service:vpn
    depends_on: {db: {condition: service_started}}
  ui: {image: acme/ui, expose: [80], depends_on: {client: {condition: service_started}}}
  db: {image: postgres}
"""


def states(status: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {service["name"]: (service["state"], service["ready"]) for service in status["services"]}


def test_a_guest_runs_in_the_pod_of_its_host_and_both_are_told_apart(stacks: Stacks) -> None:
    stacks.apply("shop", BEHIND)

    status = stacks.ready("shop")

    assert states(status) == dict.fromkeys(("vpn", "client", "ui", "db"), ("Running", "1/1"))
    assert stacks.names("deployments") == ["shop-db", "shop-ui", "shop-vpn"]
    created = {name: stacks.get("deployment", name)["metadata"]["creationTimestamp"] for name in stacks.names("deploy")}
    assert created["shop-db"] <= created["shop-vpn"] <= created["shop-ui"]
    (pod,) = stacks.names("pods", {"composestack.io/service": "vpn"})
    spec = stacks.get("pod", pod)["spec"]
    assert [(each["name"], each["restartPolicy"]) for each in spec["initContainers"]] == [("vpn", "Always")]
    assert [each["name"] for each in spec["containers"]] == ["client"]


def test_a_service_that_moves_into_a_pod_leaves_no_workload_behind(stacks: Stacks) -> None:
    stacks.apply("shop", "services: {vpn: {image: acme/vpn}, client: {image: acme/client}}")
    stacks.ready("shop")

    stacks.apply(
        "shop", "services: {vpn: {image: acme/vpn}, client: {image: acme/client, network_mode: 'service:vpn'}}"
    )

    stacks.ready("shop")
    assert stacks.names("deployments") == ["shop-vpn"]


def test_services_that_cannot_share_a_pod_are_refused(stacks: Stacks) -> None:
    stacks.apply("shop", "services: {vpn: {image: vpn, scale: 2}, app: {image: app, network_mode: 'service:vpn'}}")

    condition = stacks.not_ready("shop", "Refused")

    assert "services.app.deploy.replicas" in condition["message"]
    assert stacks.names("deployments,services") == []
