"""`depends_on` orders creation."""

from __future__ import annotations

from datetime import datetime

from tests.integration.conftest import Stacks, wait_for

MIGRATION = """
services:
  db:
    image: postgres:17
    healthcheck: {test: [CMD, pg_isready], interval: 1s}
  migrate:
    image: ghcr.io/acme/migrate:1
    depends_on: {db: {condition: service_healthy}}
  api:
    image: ghcr.io/acme/api:1
    depends_on: {migrate: {condition: service_completed_successfully}}
"""


def created(stacks: Stacks, kind: str, name: str) -> datetime:
    return datetime.fromisoformat(stacks.get(kind, name)["metadata"]["creationTimestamp"])


def test_workloads_are_created_in_the_order_of_their_conditions(stacks: Stacks) -> None:
    stacks.apply("shop", MIGRATION)

    status = stacks.ready("shop")

    states = {service["name"]: service["state"] for service in status["services"]}
    assert states == {"db": "Running", "migrate": "Completed", "api": "Running"}
    completed = datetime.fromisoformat(stacks.get("job", "shop-migrate")["status"]["completionTime"])
    assert created(stacks, "deployment", "shop-db") <= created(stacks, "job", "shop-migrate") <= completed
    assert completed <= created(stacks, "deployment", "shop-api")


def test_a_gate_stays_shut_while_its_condition_does_not_hold(stacks: Stacks) -> None:
    nowhere = "db: {image: postgres, deploy: {placement: {constraints: [node.labels.none == none]}}}"
    stacks.apply("shop", f"services: {{{nowhere}, api: {{image: api, depends_on: [db]}}}}")

    def waiting() -> bool:
        services = stacks.get("composestack", "shop").get("status", {}).get("services", [])
        return any((s["name"], s["state"]) == ("api", "Waiting") for s in services)

    wait_for(waiting, "the service to wait")
    assert stacks.names("deployments") == ["shop-db"]
    assert stacks.names("services") == ["api", "db"]
