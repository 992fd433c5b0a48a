"""What goes wrong on the node stands in the status, in words that help."""

from __future__ import annotations

import json

from tests.e2e.node.node import Node
from tests.e2e.running import Running
from tests.integration.conftest import ready_condition, wait_for


def message(stacks: Running, stack: str, service: str) -> str:
    """Return what the status says of a service at the moment."""
    status = json.loads(stacks.kubectl("get", "composestack", stack, "-o", "json")).get("status", {})
    found = [entry.get("message", "") for entry in status.get("services", ()) if entry["name"] == service]
    return found[0] if found else ""


def says(stacks: Running, stack: str, service: str, *words: str) -> str:
    """Wait until the status says all of these words of a service."""

    def said() -> bool:
        return all(word in message(stacks, stack, service) for word in words)

    wait_for(said, f"the status to say {words}", lambda: message(stacks, stack, service), stacks.timeout)
    return message(stacks, stack, service)


def test_an_image_that_does_not_exist_is_named(stacks: Running) -> None:
    stacks.apply("shop", {"services": {"web": {"image": "example.test/nowhere:2"}}})

    says(stacks, "shop", "web", "example.test/nowhere:2")

    assert ready_condition(stacks.get("composestack", "shop")["status"])["status"] == "False"


def test_a_crash_is_told_with_its_exit_code_and_last_words(stacks: Running) -> None:
    script = (
        "echo reading config; sleep 1; echo no such host: db >&2; exit 7"  # two streams have no order within a moment
    )
    web = {"image": "busybox:1.36", "command": ["sh", "-c", script]}
    stacks.apply("shop", {"services": {"web": web}})

    says(stacks, "shop", "web", "7", "no such host: db")


def test_a_killed_container_comes_back(stacks: Running, node: Node) -> None:
    stacks.apply("shop", {"services": {"cache": {"image": "redis:alpine"}}})
    stacks.ready("shop")
    status = stacks.pod("shop", "cache")["status"]["containerStatuses"][0]
    node.ctr("tasks", "kill", "--signal", "SIGKILL", status["containerID"].removeprefix("containerd://"))

    def restarted() -> bool:
        return bool(stacks.pod("shop", "cache")["status"]["containerStatuses"][0]["restartCount"] == 1)

    wait_for(restarted, "the container to be started again", timeout=stacks.timeout)
    stacks.ready("shop")
    assert stacks.sh("shop", "cache", "redis-cli ping") == "PONG\n"
