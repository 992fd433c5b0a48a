"""A cluster in a directory: start, stop, talk to it."""

from __future__ import annotations

import fcntl
import json
import os
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.cluster import components
from tests.cluster.build import build
from tests.cluster.client import Client
from tests.cluster.credentials import write_credentials, write_kubeconfigs
from tests.cluster.ports import Port
from tests.cluster.process import Failed, Process

NAMES = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "provisioner", "kwok")
"""In the order of starting; stopping goes the other way round."""

TIMEOUT = 90.0
"""Seconds for each step of a start. On an idle machine the whole start takes about six."""


class Cluster(Client):
    """A Kubernetes whose programs, data, logs and credentials lie in one directory."""

    def __init__(self, state: Path, *, played: bool = True, api_server: Sequence[str] = ()) -> None:
        """Unless its nodes are played, it has none; somebody joins them. `api_server` are more flags of that."""
        self.state = state.absolute()
        super().__init__(self.state / "credentials" / "admin.kubeconfig", self.bin / "kubectl")
        self.processes = {name: Process(name, self.state) for name in NAMES if played or name != "kwok"}
        self._played = played
        self._api_server = api_server

    @property
    def bin(self) -> Path:
        """A directory with `kubectl` and `helm` of the cluster's version, to put on PATH."""
        return self.state / "bin"

    @property
    def audit_log(self) -> Path:
        """The API server's audit log, one JSON object a line."""
        return self.state / "audit.log"

    @property
    def server(self) -> str:
        """The URL of the API server."""
        url: str = json.loads(self.kubeconfig.read_text())["clusters"][0]["cluster"]["server"]
        return url

    def running(self) -> bool:
        """Whether all programs run."""
        return all(process.running() for process in self.processes.values())

    def start(self, *, owned: bool, report: Callable[[str], None] = print) -> None:
        """Start what does not run, and wait until pods can be created.

        An owned cluster ends with this process. Raises Failed, with the end of the log of the program that failed.
        """
        binary = build(report)
        with self._exclusive():
            if self.running():
                report(f"cluster runs already: {self.state}")
                return
            began = time.monotonic()
            self._stop()
            self._link(binary)
            write_credentials(binary, self.state / "credentials")
            try:
                self._start(binary, owned=owned)
            except BaseException:
                self._stop(grace=1)
                raise
            report(f"cluster ready after {time.monotonic() - began:.1f} s: {self.server}")

    def stop(self) -> None:
        """Stop every program. The directory stays, and a later start finds the same objects."""
        if self.state.exists():
            with self._exclusive():
                self._stop()

    def restart(self, name: str, *, kill: bool = False) -> None:
        """Stop one program (kill: without warning), start it again as it was, and wait for the API server."""
        process = self.processes[name]
        process.restart(kill=kill)
        self._wait(self._ready, "the API server is not ready")

    def get(self, path: str, *, headers: dict[str, str] | None = None, timeout: float = 10) -> bytes:
        """GET a path of the API server as admin. Raises urllib.error.URLError."""
        config = json.loads(self.kubeconfig.read_text())
        authority = config["clusters"][0]["cluster"]["certificate-authority"]
        token = config["users"][0]["user"]["token"]
        request = urllib.request.Request(
            self.server + path, headers={"Authorization": f"Bearer {token}", **(headers or {})}
        )
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),  # never through a proxy of the environment
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=authority)),
        )
        with opener.open(request, timeout=timeout) as response:
            body: bytes = response.read()
        return body

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """One start or stop at a time for a directory."""
        self.state.mkdir(parents=True, exist_ok=True)
        with (self.state / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _link(self, binary: Path) -> None:
        self.bin.mkdir(exist_ok=True)
        for name in ("kubectl", "helm"):
            link = self.bin / name
            link.unlink(missing_ok=True)
            link.symlink_to(binary)

    def _start(self, binary: Path, *, owned: bool) -> None:
        with ExitStack() as stack:
            client, peer, secure = (stack.enter_context(Port()) for _ in range(3))
            write_kubeconfigs(self.state / "credentials", f"https://127.0.0.1:{secure.number}")
            stages = subprocess.run([binary, "kwok-stages"], check=True, capture_output=True).stdout
            (self.state / "stages.yaml").write_bytes(stages)
            held = [client.fileno, peer.fileno, secure.fileno]

            def launch(name: str, command: components.Command) -> None:
                self.processes[name].start([binary, *command], owned=owned, inherit=held)

            launch("etcd", components.etcd(self.state, client=client.number, peer=peer.number))
            api_server = components.api_server(self.state, etcd_port=client.number, port=secure.number)
            launch("kube-apiserver", [*api_server, *self._api_server])
            self._wait(self._ready, "the API server is not ready")
            launch("kube-controller-manager", components.controller_manager(self.state))
            launch("kube-scheduler", components.scheduler(self.state))
            launch("provisioner", components.provisioner(self.state))
            if self._played:
                launch("kwok", components.kwok(self.state))
        self.kubectl("apply", "--server-side", "-f", str(components.MANIFESTS / "storage.yaml"))
        if self._played:
            self.kubectl("apply", "--server-side", "-f", str(components.MANIFESTS / "nodes.yaml"))
            self._wait(self.nodes_ready, "no node is ready")
        self._wait(self._admits, "namespaces get no service account")

    def _stop(self, *, grace: float = 10) -> None:
        for process in reversed(self.processes.values()):
            process.stop(grace=grace)

    def _ready(self) -> bool:
        try:
            return self.get("/readyz", timeout=1) == b"ok"
        except (urllib.error.URLError, OSError):
            return False

    def nodes_ready(self) -> bool:
        """Whether there are nodes, and the first pod could be scheduled to any of them."""
        ready = self.kubectl("get", "nodes", "-o", 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}')
        taints = self.kubectl("get", "nodes", "-o", "jsonpath={.items[*].spec.taints}")
        return set(ready.split()) == {"True"} and not taints

    def _admits(self) -> bool:
        """Whether the first pod would be admitted."""
        return "serviceaccount/default" in self.kubectl("get", "serviceaccounts", "-n", "default", "-o", "name")

    def _wait(self, condition: Callable[[], bool], problem: str) -> None:
        deadline = time.monotonic() + TIMEOUT
        while not condition():
            for process in self.processes.values():
                if process.ended():
                    raise Failed(f"{process.name} ended; the end of {process.log}:\n{process.tail()}")
            if time.monotonic() > deadline:
                tails = "\n".join(f"--- {p.log}\n{p.tail()}" for p in self.processes.values())
                raise Failed(f"after {TIMEOUT:.0f} s {problem}\n{tails}")
            time.sleep(0.05)


def directory() -> Path:
    """Return where the command line keeps its cluster: $COMPOSESTACK_STATE, or .cluster/default."""
    return Path(os.environ.get("COMPOSESTACK_STATE") or Path(__file__).parents[2] / ".cluster" / "default")
