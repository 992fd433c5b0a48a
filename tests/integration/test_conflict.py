"""Objects of others are never taken over."""

from __future__ import annotations

from tests.integration.conftest import Stacks

REDIS = "services: {redis: {image: 'redis:7'}, web: {image: nginx}}"


def test_of_two_stacks_with_a_service_of_one_name_the_second_is_refused(stacks: Stacks) -> None:
    stacks.apply("first", REDIS)
    stacks.ready("first")
    before = stacks.get("service", "redis")

    stacks.apply("second", REDIS)
    condition = stacks.not_ready("second", "NameConflict")

    assert "ComposeStack/first" in condition["message"]
    assert stacks.get("service", "redis") == before
    assert stacks.names("deployments") == ["first-redis", "first-web"]
    assert stacks.names("services") == ["redis", "web"]


def test_an_object_that_nobody_manages_is_not_taken_over(stacks: Stacks) -> None:
    stacks.kubectl("create", "service", "clusterip", "redis", "--tcp=1:1")
    before = stacks.get("service", "redis")

    stacks.apply("shop", REDIS)
    condition = stacks.not_ready("shop", "NameConflict")

    assert "Service/redis" in condition["message"]
    assert stacks.get("service", "redis") == before
    assert stacks.names("deployments") == []
    assert stacks.names("services") == ["redis"]
