"""The file that the project starts from: web, built by its owner, and redis."""

from __future__ import annotations

import pytest

from tests.integration.conftest import Stacks

SEED = """\
version: '3'
services:
  web:
    build: .
    ports:
      - "5000:5000"
  redis:
    image: redis:alpine
"""


def test_the_seed_runs_and_is_reachable_by_name(stacks: Stacks) -> None:
    stacks.apply("hits", SEED, images={"web": "ghcr.io/acme/web:1.0"})

    status = stacks.ready("hits")

    assert status["servicesReady"] == "2/2"
    assert {service["name"]: service["endpoints"] for service in status["services"]} == {
        "redis": ["redis:6379"],
        "web": ["web:5000"],
    }
    assert stacks.names("deployments") == ["hits-redis", "hits-web"]
    for name, port in (("redis", 6379), ("web", 5000)):
        spec = stacks.get("service", name)["spec"]
        assert [entry["port"] for entry in spec["ports"]] == [port]
        assert len(stacks.names("pods", spec["selector"])) == 1
    assert stacks.get("deployment", "hits-web")["spec"]["template"]["spec"]["containers"][0]["image"] == (
        "ghcr.io/acme/web:1.0"
    )


def test_without_an_image_nothing_is_applied_and_the_remedy_is_named(stacks: Stacks) -> None:
    stacks.apply("hits", SEED)

    condition = stacks.not_ready("hits", "Refused")

    assert "spec.images.web" in condition["message"]
    assert stacks.names("deployments,services,configmaps") == ["kube-root-ca.crt"]


@pytest.mark.parametrize("kind", ["object", "files"])
def test_the_application_may_come_as_an_object_or_as_a_file(stacks: Stacks, kind: str) -> None:
    if kind == "object":
        stacks.apply("hits", {"services": {"redis": {"image": "redis:alpine"}}})
    else:
        stacks.apply(
            "hits",
            files={
                "compose.yaml": "services: {redis: {image: 'redis:${TAG}'}}",
                "compose.override.yaml": "services: {redis: {environment: {A: b}}}",
            },
            env=[{"name": "TAG", "value": "7"}],
        )

    stacks.ready("hits")

    (container,) = stacks.get("deployment", "hits-redis")["spec"]["template"]["spec"]["containers"]
    assert container["image"] == ("redis:alpine" if kind == "object" else "redis:7")
    assert container.get("env") == (None if kind == "object" else [{"name": "A", "value": "b"}])
