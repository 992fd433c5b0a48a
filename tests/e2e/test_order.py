"""Who waits for whom, by the times at which containers really did things."""

from __future__ import annotations

from datetime import datetime

from tests.e2e.running import Running
from tests.integration.conftest import ready_condition

COMPOSE = """
services:
  database:
    image: busybox:1.36
    command: ["sh", "-c", "echo starting; sleep 3; touch /tmp/healthy; echo healthy; exec sleep infinity"]
    healthcheck: {test: ["CMD", "test", "-f", "/tmp/healthy"], interval: 1s}
  migration:
    image: busybox:1.36
    command: ["sh", "-c", "echo starting; sleep 3; echo migrated"]
    depends_on: {database: {condition: service_healthy}}
  web:
    image: busybox:1.36
    command: ["sh", "-c", "echo serving; exec sleep infinity"]
    depends_on: {database: {condition: service_healthy}, migration: {condition: service_completed_successfully}}
"""


def said_at(stacks: Running, workload: str) -> dict[str, datetime]:
    """Return when a workload printed each of its lines."""
    lines = stacks.kubectl("logs", "--timestamps", workload).splitlines()
    return {text: datetime.fromisoformat(f"{time[:26]}+00:00") for time, _, text in (x.partition(" ") for x in lines)}


def test_a_service_starts_when_its_dependencies_are_healthy_or_have_completed(stacks: Running) -> None:
    stacks.apply("shop", COMPOSE)

    stacks.ready("shop")

    database, migration = said_at(stacks, "deployment/shop-database"), said_at(stacks, "job/shop-migration")
    web = said_at(stacks, "deployment/shop-web")
    assert database["healthy"] < migration["starting"]
    assert migration["migrated"] < web["serving"]


def test_a_failed_migration_holds_what_waits_for_it_and_says_so(stacks: Running) -> None:
    stacks.apply("shop", COMPOSE.replace("echo migrated", "echo no such table; exit 3"))

    status = stacks.until("shop", lambda ready: ready["reason"] in {"DependencyFailed", "WorkloadFailed"}, "to fail")

    services = {service["name"]: service for service in status["services"]}
    assert stacks.names("deployments") == ["shop-database"]
    assert "3" in services["migration"]["message"]
    assert "migration" in services["web"]["message"]
    assert "migration" in ready_condition(status)["message"]
