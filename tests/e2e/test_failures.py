"""What goes wrong on the node stands in the status, in words that help."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.node.components import NODE
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


@contextmanager
def without_kubelet(node: Node) -> Iterator[None]:
    """Kill the kubelet, and start it again afterwards."""
    commands = {path: path.read_bytes().decode().split("\0") for path in Path("/proc").glob("[0-9]*/cmdline")}
    [(process, command)] = [
        (int(path.parent.name), words[:-1])
        for path, words in commands.items()
        if words[1:2] == ["kubelet"] and any(str(node.state) in word for word in words)
    ]
    os.kill(process, signal.SIGKILL)
    try:
        yield
    finally:
        log = node.state / "logs" / "kubelet.log"
        node.sandbox.run("sh", "-c", 'setsid "$@" > /dev/null 2>> "$0" &', log, *command)


def test_a_node_that_does_not_answer_is_named_and_what_ran_there_goes_on(stacks: Running, node: Node) -> None:
    stacks.apply("shop", {"services": {"cache": {"image": "redis:alpine"}}})
    stacks.ready("shop")
    stacks.sh("shop", "cache", "redis-cli set sold 3")

    with without_kubelet(node):
        says(stacks, "shop", "cache", "node", NODE, "kubelet")
        assert ready_condition(stacks.get("composestack", "shop")["status"])["status"] == "False"

    stacks.ready("shop")
    assert stacks.sh("shop", "cache", "redis-cli get sold") == "3\n"


SMALL = """
apiVersion: v1
kind: PersistentVolume
metadata: {{name: {name}}}
spec:
  accessModes: [ReadWriteOnce]
  capacity: {{storage: 1Mi}}
  claimRef: {{name: small, namespace: {namespace}}}
  hostPath: {{path: {path}}}
  storageClassName: ""
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: small, namespace: {namespace}}}
spec:
  accessModes: [ReadWriteOnce]
  resources: {{requests: {{storage: 1Mi}}}}
  storageClassName: ""
  volumeName: {name}
"""


@contextmanager
def small_claim(stacks: Running, node: Node) -> Iterator[None]:
    """Give the namespace a claim of the name `small` with room for one mebibyte."""
    path, name = node.state / "volumes" / stacks.namespace, f"small-{stacks.namespace}"
    node.sandbox.run("mkdir", "-p", path)
    node.sandbox.run("mount", "-t", "tmpfs", "-o", "size=1m", "small", path)
    try:
        stacks.kubectl("apply", "-f", "-", stdin=SMALL.format(name=name, namespace=stacks.namespace, path=path))
        yield
    finally:
        node.sandbox.run("umount", "--lazy", path)
        stacks.kubectl("delete", "pv", name, "--wait=false")


def test_a_full_volume_is_told_in_the_words_of_the_program_that_filled_it(stacks: Running, node: Node) -> None:
    writer = {
        "image": "busybox:1.36",
        "command": ["sh", "-c", "exec cat /dev/zero > /data/orders"],
        "volumes": ["small:/data"],
    }
    with small_claim(stacks, node):
        stacks.apply("shop", {"services": {"writer": writer}, "volumes": {"small": {"external": True}}})

        says(stacks, "shop", "writer", "No space left on device")
