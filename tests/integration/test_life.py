"""The life of a stack: created, changed, healed, pruned, deleted, created again."""

from __future__ import annotations

import json
from typing import Any

from tests.cluster.audit import Audit
from tests.integration.conftest import USER_AGENT, Operator, Stacks, wait_for

SHOP = """
services:
  web:
    image: nginx:1.27
    ports: ["8080:80"]
    configs: [{source: site, target: /etc/nginx/conf.d/default.conf}]
    networks: [front]
  api:
    image: ghcr.io/acme/api:1
    expose: [8000]
    environment: {DATABASE: "postgres://db:5432/shop"}
    secrets: [password]
    networks: [front, back]
    depends_on: {db: {condition: service_healthy}}
  db:
    image: postgres:17
    volumes: [data:/var/lib/postgresql/data]
    secrets: [password]
    healthcheck: {test: [CMD, pg_isready], interval: 1s}
    networks: [back]
configs: {site: {content: "server {}"}}
secrets: {password: {environment: PASSWORD}}
networks: {front: {}, back: {internal: true}}
volumes: {data: {}}
"""
ENV = [{"name": "PASSWORD", "value": "hunter2"}]


def operator_writes(audit: Audit, stacks: Stacks) -> list[str]:
    """The operator's writes in the namespace, but for Events."""
    entries = audit.writes(namespace=stacks.namespace, user_agent=USER_AGENT)
    return [f"{entry.verb} {entry.resource}/{entry.name}" for entry in entries if entry.resource != "events"]


def uids(stacks: Stacks, kinds: str) -> dict[str, str]:
    items: list[dict[str, Any]] = json.loads(stacks.kubectl("get", kinds, "-o", "json"))["items"]
    return {f"{item['kind']}/{item['metadata']['name']}": item["metadata"]["uid"] for item in items}


def test_a_new_stack_costs_one_apply_an_object_and_two_writes_of_its_status(stacks: Stacks, audit: Audit) -> None:
    stacks.apply("shop", SHOP, env=ENV)

    status = stacks.ready("shop")

    writes = operator_writes(audit, stacks)
    applies = [write for write in writes if "composestacks" not in write]
    assert len(applies) == len(set(applies)) == len(status["inventory"])
    assert all(write.startswith("patch ") for write in applies)
    assert writes.count("patch composestacks/status/shop") <= 2
    assert len(writes) == len(applies) + writes.count("patch composestacks/status/shop")


def test_secret_values_are_in_no_status_and_no_event(stacks: Stacks, operator: Operator) -> None:
    stacks.apply("shop", SHOP, env=ENV)

    stacks.ready("shop")

    assert "hunter2" not in json.dumps(stacks.get("composestack", "shop")["status"])
    assert "hunter2" not in stacks.kubectl("get", "events", "-o", "yaml")
    assert "hunter2" not in operator.log()


def test_every_character_arrives_as_it_was_written(stacks: Stacks) -> None:
    text = "emoji 🚀 and é, controls \x7f\x85\x9f, a mark \ufeff, separators \u2028, a tab\t and a backslash \\u0041\n"
    compose = {"services": {"web": {"image": "nginx", "configs": ["page"]}}, "configs": {"page": {"file": "./page"}}}

    stacks.apply("shop", compose, files={"page": text})

    stacks.ready("shop")
    (name,) = [name for name in stacks.names("configmaps") if name.startswith("shop-page-")]
    assert list(stacks.get("configmap", name)["data"].values()) == [text]


def test_a_changed_image_is_exactly_one_apply(stacks: Stacks, audit: Audit) -> None:
    stacks.apply("shop", SHOP, env=ENV)
    stacks.ready("shop")
    audit.mark()

    stacks.apply("shop", SHOP.replace("nginx:1.27", "nginx:1.28"), env=ENV)
    stacks.ready("shop")

    applies = [write for write in operator_writes(audit, stacks) if "composestacks" not in write]
    assert applies == ["patch deployments/shop-web"]


def test_what_somebody_edits_or_deletes_is_put_right(stacks: Stacks) -> None:
    stacks.apply("shop", SHOP, env=ENV)
    stacks.ready("shop")
    before = uids(stacks, "services,deployments,networkpolicies")

    stacks.kubectl("set", "image", "deployment/shop-web", "web=evil:latest")
    stacks.kubectl("delete", "service", "web")
    stacks.kubectl("delete", "networkpolicy", "--all")
    stacks.kubectl("label", "deployment/shop-api", "somebody=else")

    def image() -> str:
        containers = stacks.get("deployment", "shop-web")["spec"]["template"]["spec"]["containers"]
        return str(containers[0]["image"])

    wait_for(lambda: image() == "nginx:1.27", "the image to be put right")
    wait_for(lambda: uids(stacks, "services,deployments,networkpolicies").keys() == before.keys(), "deleted objects")
    assert stacks.get("deployment", "shop-api")["metadata"]["labels"]["somebody"] == "else"
    stacks.ready("shop")


def test_a_removed_service_is_pruned_and_its_data_kept(stacks: Stacks) -> None:
    stacks.apply("shop", SHOP, env=ENV)
    stacks.ready("shop")

    stacks.apply("shop", "services: {web: {image: 'nginx:1.27', ports: ['8080:80']}}")
    stacks.ready("shop")

    wait_for(lambda: stacks.names("deployments") == ["shop-web"], "deployments to be pruned")
    wait_for(lambda: stacks.names("services") == ["web"], "services to be pruned")
    wait_for(lambda: stacks.names("secrets") == [], "secrets to be pruned")
    assert stacks.names("pvc") == ["shop-data"]


def test_a_deleted_stack_leaves_only_data_and_finds_it_again(stacks: Stacks) -> None:
    stacks.apply("shop", SHOP, env=ENV)
    stacks.ready("shop")
    claim = uids(stacks, "pvc")

    stacks.kubectl("delete", "composestack", "shop")
    kinds = "deployments,services,secrets,networkpolicies"
    wait_for(lambda: stacks.names(kinds) == [], "children to be collected")
    assert uids(stacks, "pvc") == claim

    stacks.apply("shop", SHOP, env=ENV)
    assert stacks.ready("shop")["volumes"] == [{"name": "data", "claim": "shop-data", "phase": "Bound"}]
    assert uids(stacks, "pvc") == claim


def test_a_stack_that_is_deleted_and_created_at_once_comes_back(stacks: Stacks) -> None:
    stacks.apply("shop", SHOP, env=ENV)
    stacks.ready("shop")

    stacks.kubectl("delete", "composestack", "shop")
    stacks.apply("shop", SHOP, env=ENV)

    stacks.ready("shop")


def test_volumes_go_with_the_stack_if_it_says_so(stacks: Stacks) -> None:
    stacks.apply("shop", SHOP, env=ENV, deletionPolicy={"volumes": "Delete"})
    stacks.ready("shop")

    stacks.kubectl("delete", "composestack", "shop")

    wait_for(lambda: stacks.names("pvc") == [], "the claim to be collected")


def test_a_restart_of_the_operator_writes_nothing(stacks: Stacks, operator: Operator, audit: Audit) -> None:
    stacks.apply("shop", SHOP, env=ENV)
    stacks.apply("hits", "services: {redis: {image: redis}}")
    stacks.ready("shop")
    stacks.ready("hits")

    assert operator.stop() == 0
    audit.mark()
    operator.start()
    stacks.kubectl("annotate", "deployment/hits-redis", "seen=yes")  # something that the new process has to look at
    wait_for(lambda: bool(audit.entries(user_agent=USER_AGENT)), "the operator to list")

    assert operator_writes(audit, stacks) == []


def test_bad_compose_keeps_the_last_good_running(stacks: Stacks) -> None:
    stacks.apply("shop", SHOP, env=ENV)
    stacks.ready("shop")
    before = uids(stacks, "deployments,services,secrets,configmaps,networkpolicies")

    stacks.apply("shop", SHOP.replace("image: nginx:1.27", "imago: nginx:1.27"), env=ENV)
    condition = stacks.not_ready("shop", "InvalidCompose")

    assert "services.web.imago" in condition["message"]
    assert ":4:" in condition["message"]
    assert uids(stacks, "deployments,services,secrets,configmaps,networkpolicies") == before

    stacks.apply("shop", SHOP, env=ENV)
    stacks.ready("shop")


def test_a_suspended_stack_is_left_alone(stacks: Stacks) -> None:
    stacks.apply("shop", SHOP, env=ENV)
    stacks.ready("shop")

    stacks.apply("shop", SHOP, env=ENV, suspend=True)
    stacks.until("shop", lambda condition: condition["reason"] == "Suspended", "to be suspended")
    stacks.kubectl("delete", "service", "web")
    stacks.apply("other", "services: {redis: {image: redis}}")
    stacks.ready("other")
    assert "web" not in stacks.names("services")

    stacks.apply("shop", SHOP, env=ENV)
    stacks.ready("shop")
    wait_for(lambda: "web" in stacks.names("services"), "the service to come back")
