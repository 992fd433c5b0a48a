"""One operator for the session, watching all namespaces, and stacks by the name of their namespace."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.plugin import Kubectl
from tests.cluster.ports import Port

ROOT = Path(__file__).parents[2]
USER_AGENT = "composestack/"
TIMEOUT = 120.0
"""Seconds to wait for anything. On an idle machine nothing here takes five; but what is deleted is collected a minute
later on a busy one, where a kind has just been defined.
"""


class Operator:
    """`composestack run` as a process of its own, as users run it."""

    def __init__(self, kubeconfig: Path, log: Path, *flags: str, **settings: str) -> None:
        """`settings` go by the environment."""
        self._kubeconfig = kubeconfig
        self._settings = {f"COMPOSESTACK_{name.upper()}": value for name, value in settings.items()}
        self._address = ""
        self._flags = flags
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it is ready: all that it watches has been listed."""
        with Port() as port:
            self._address = f"127.0.0.1:{port.number}"
        command = [sys.executable, "-m", "composestack.cli", "run"]
        command += ["--kubeconfig", str(self._kubeconfig), "--probe-address", self._address, *self._flags]
        environment = {name: value for name, value in os.environ.items() if name != "KUBECONFIG"} | self._settings
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        wait_for(self._ready, "the operator to be ready")

    def stop(self, signal_: int = signal.SIGTERM) -> int:
        """Stop it and return its exit status."""
        self.signal(signal_)
        return self.ended()

    def signal(self, signal_: int) -> None:
        assert self._process is not None
        self._process.send_signal(signal_)

    def ended(self) -> int:
        """Wait for its end and return its exit status."""
        assert self._process is not None
        return self._process.wait(20)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def log(self) -> str:
        return self._log.read_text()

    def page(self, path: str) -> str:
        """Return what it serves on its port. Raises URLError."""
        with urllib.request.urlopen(f"http://{self._address}{path}", timeout=2) as answer:
            text: str = answer.read().decode()
        return text

    def _ready(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            pytest.fail(f"the operator ended with {self._process.returncode}:\n{self.log()[-4000:]}")
        try:
            return self.page("/readyz") == "ok\n"
        except (urllib.error.URLError, OSError):
            return False


class Stacks:
    """The stacks of one namespace."""

    timeout = TIMEOUT
    """Seconds to wait for a stack."""

    def __init__(self, kubectl: Kubectl, namespace: str) -> None:
        self.namespace = namespace
        self._kubectl = kubectl

    def kubectl(self, *arguments: str, stdin: str | None = None) -> str:
        return self._kubectl("-n", self.namespace, *arguments, stdin=stdin)

    def apply(self, name: str, compose: str | dict[str, Any] | None = None, **spec: Any) -> None:
        """Apply a stack: `compose` and, in camelCase, what else its spec shall have."""
        body = {
            "apiVersion": "composestack.io/v1alpha1",
            "kind": "ComposeStack",
            "metadata": {"name": name},
            "spec": {**({"compose": compose} if compose else {}), **spec},
        }
        self.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(body))

    def get(self, kind: str, name: str) -> dict[str, Any]:
        """Return an object with its managed fields."""
        found: dict[str, Any] = json.loads(self.kubectl("get", kind, name, "-o", "json", "--show-managed-fields"))
        return found

    def names(self, kinds: str, labels: dict[str, str] | None = None) -> list[str]:
        selector = ",".join(f"{key}={value}" for key, value in (labels or {}).items())
        found = self.kubectl("get", kinds, "-l", selector, "-o", "jsonpath={.items[*].metadata.name}")
        return sorted(found.split())

    def ready(self, name: str) -> dict[str, Any]:
        """Wait until the stack is ready in its latest generation and return its status."""
        return self.until(name, lambda condition: condition["status"] == "True", "to be ready")

    def not_ready(self, name: str, reason: str) -> dict[str, Any]:
        """Wait until Ready is False for this reason in the latest generation and return the condition."""
        status = self.until(
            name, lambda c: (c["status"], c["reason"]) == ("False", reason), f"to be not ready: {reason}"
        )
        return ready_condition(status)

    def until(self, name: str, accepted: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        """Wait until the condition Ready of the latest generation is as wanted."""
        body: dict[str, Any] = {}

        def look() -> bool:
            body.update(self.get("composestack", name))
            status = body.get("status", {})
            current = status.get("observedGeneration") == body["metadata"]["generation"]
            return current and accepted(ready_condition(status))

        wait_for(look, f"stack {name} {what}", lambda: json.dumps(body.get("status"), indent=1), self.timeout)
        status: dict[str, Any] = body["status"]
        return status


def ready_condition(status: dict[str, Any]) -> dict[str, Any]:
    return next((c for c in status.get("conditions", []) if c["type"] == "Ready"), {"status": "", "reason": ""})


def wait_for(done: Callable[[], bool], what: str, state: Callable[[], str] = str, timeout: float = TIMEOUT) -> None:
    deadline = time.monotonic() + timeout
    while not done():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {timeout:.0f} s for {what}\n{state()}")
        time.sleep(0.2)
