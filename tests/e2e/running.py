"""Stacks whose containers run: what they say, and what one finds in them."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from typing import Any

from composestack.translate.labels import selector
from tests.cluster.plugin import Kubectl
from tests.e2e.images.image import Image
from tests.e2e.node.node import Node
from tests.integration.conftest import Stacks, wait_for


class Running(Stacks):
    """The stacks of one namespace on a real node, with the images that they name."""

    timeout = 120.0

    def __init__(self, node: Node, images: Mapping[str, Image], kubectl: Kubectl, namespace: str) -> None:
        super().__init__(kubectl, namespace)
        self._node = node
        self._images = images

    def apply(self, name: str, compose: str | dict[str, Any] | None = None, **spec: Any) -> None:
        """Apply a stack, when the node has the images of the catalog that it names."""
        text = f"{compose} {spec}"
        for image in self._images.values():
            if image.name in text:
                self._node.load(image)
        super().apply(name, compose, **spec)

    def page(self, service: str, path: str = "/", port: int = 80) -> str:
        """Return a page of a web server, which may take a moment to listen. Asked as from a node."""
        address = self.get("service", service)["spec"]["clusterIP"]
        answers: list[str] = []

        def ask() -> bool:
            try:
                with urllib.request.urlopen(f"http://{address}:{port}{path}", timeout=10) as answer:
                    answers.append(answer.read().decode())
            except OSError as error:
                answers.append(str(error))
                return False
            return True

        wait_for(ask, f"{service} to serve {path}", lambda: answers[-1], self.timeout)
        return answers[-1]

    def pods(self, stack: str, service: str) -> list[dict[str, Any]]:
        """Return the pods of a service, the oldest first."""
        labels = ",".join(f"{key}={value}" for key, value in selector(stack, service).items())
        found = self.kubectl("get", "pods", "-l", labels, "--sort-by=.metadata.creationTimestamp", "-o", "json")
        pods: list[dict[str, Any]] = json.loads(found)["items"]
        return pods

    def pod(self, stack: str, service: str) -> dict[str, Any]:
        """Return the only pod of a service."""
        [pod] = self.pods(stack, service)
        return pod

    def sh(self, stack: str, service: str, script: str) -> str:
        """Run a shell script in the container of a service and return what it prints."""
        name = self.pod(stack, service)["metadata"]["name"]
        return self.kubectl("exec", name, "-c", service, "--", "sh", "-c", script)

    def says(self, workload: str, container: str = "") -> str:
        """Return what the containers of a workload have printed."""
        which = ["-c", container] if container else ["--all-containers"]
        return self.kubectl("logs", workload, *which)

    def wait_until_says(self, workload: str, text: str) -> str:
        """Wait until a workload has printed something, and return all that it has printed."""
        wait_for(
            lambda: text in self.says(workload), f"{workload} to say {text}", lambda: self.says(workload), self.timeout
        )
        return self.says(workload)
