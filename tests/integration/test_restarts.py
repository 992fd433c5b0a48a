"""`depends_on.*.restart`: pods are replaced after those of the dependency were."""

from __future__ import annotations

from typing import Any

from tests.cluster.audit import Audit
from tests.integration.conftest import USER_AGENT, Stacks, wait_for

STACK = """
services:
  db:
    image: postgres:17
    healthcheck: {test: [CMD, pg_isready], interval: 1s}
    deploy: {update_config: {delay: 1s}}
  api: {image: acme/api, depends_on: {db: {condition: service_healthy, restart: true}}}
  web: {image: acme/web, depends_on: {db: {condition: service_healthy}}}
"""
NOWHERE = ", placement: {constraints: [node.labels.none == none]}"


def template(stacks: Stacks, service: str) -> dict[str, Any]:
    found: dict[str, Any] = stacks.get("deployment", f"shop-{service}")["spec"]["template"]
    return found


def test_a_dependent_is_restarted_after_its_dependency_and_nobody_else(stacks: Stacks, audit: Audit) -> None:
    stacks.apply("shop", STACK)
    stacks.ready("shop")
    before, untouched = template(stacks, "api"), template(stacks, "web")
    audit.mark()

    stacks.apply("shop", STACK.replace("postgres:17", "postgres:18"))
    stacks.ready("shop")

    assert template(stacks, "api")["metadata"]["annotations"] != before["metadata"]["annotations"]
    assert template(stacks, "api")["spec"] == before["spec"]
    assert template(stacks, "web") == untouched
    entries = audit.writes(namespace=stacks.namespace, user_agent=USER_AGENT)
    assert [entry.name for entry in entries if entry.resource == "deployments"] == ["shop-db", "shop-api"]


def test_it_waits_for_a_dependency_that_is_not_ready_and_does_not_follow_a_crash(stacks: Stacks) -> None:
    stacks.apply("shop", STACK)
    stacks.ready("shop")
    before = template(stacks, "api")

    stacks.kubectl("delete", "pod", "-l", "composestack.io/service=db")
    stacks.ready("shop")
    assert template(stacks, "api") == before

    stacks.apply("shop", STACK.replace("{delay: 1s}", "{delay: 1s}" + NOWHERE))

    def waiting() -> bool:
        services = stacks.get("composestack", "shop")["status"]["services"]
        return {s["name"]: s["state"] for s in services} == {"api": "Waiting", "db": "Progressing", "web": "Running"}

    wait_for(waiting, "the dependent to wait", lambda: str(stacks.get("composestack", "shop")["status"]["services"]))
    assert template(stacks, "api") == before

    stacks.apply("shop", STACK)
    stacks.ready("shop")
    assert template(stacks, "api") == before
