"""A cluster with one real node in a directory: start, stop, look at it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.cluster.build import build, built
from tests.cluster.cluster import Cluster
from tests.cluster.credentials import write_credentials
from tests.cluster.process import Failed
from tests.e2e.images.archive import write_image
from tests.e2e.images.image import Image
from tests.e2e.node import components
from tests.e2e.node.certificate import write_certificate
from tests.e2e.node.sandbox import ADDRESS, PAUSE, Sandbox

PROGRAMS = Path(__file__).parent / "programs"

TIMEOUT = 120.0
"""Seconds for each step of a start. On an idle machine the whole start takes about 20."""

Report = Callable[[str], None]


class Node:
    """A node and its control plane, whose programs, data, logs and credentials lie in one directory."""

    def __init__(self, state: Path) -> None:
        self.state = state.absolute()
        self.sandbox = Sandbox(self.state)
        self.cluster = Cluster(self.state, played=False, api_server=components.api_server())
        self._launched: dict[str, subprocess.Popen[bytes]] = {}

    def running(self) -> bool:
        """Whether the sandbox and the control plane run; `kubectl get nodes` says more."""
        return self.sandbox.running() and self.cluster.running()

    def start(self, *, owned: bool, report: Report = print) -> None:
        """Start all, and wait until pods can run. An owned node ends with this process, however that ends.

        Raises Failed, with the end of the log of the program that failed.
        """
        if self.running():
            report(f"node runs already: {self.state}")
            return
        credentials = self.state / "credentials"
        programs = self._programs(report)
        began = time.monotonic()
        self.stop()
        write_credentials(build(report), credentials)
        write_certificate(credentials)
        try:
            self.sandbox.start(owned=owned)
            with self.sandbox.network():
                self.cluster.start(owned=owned, report=report)
                self._join(programs)
        except BaseException:
            self._end()
            raise
        report(f"node ready after {time.monotonic() - began:.1f} s")

    def stop(self) -> None:
        """Stop all, and remove all but logs. Repeatable; what an earlier stop or a killed start left goes as well."""
        self._end()
        for name in ("var", "kernel", "etcd", "volumes", "images"):
            shutil.rmtree(self.state / name, ignore_errors=True)

    def load(self, image: Image) -> None:
        """Make an image known to the node, as if it had been pulled. Does nothing if it is."""
        if image.reference in self.ctr("images", "list", "--quiet").split():
            return
        archive = self.state / "images" / "image.tar"
        archive.parent.mkdir(exist_ok=True)
        write_image(archive, image)
        self.load_archive(archive)
        archive.unlink()

    def load_archive(self, archive: Path) -> None:
        """Make the images of an archive known to the node."""
        self.ctr("images", "import", "--no-unpack", str(archive))

    def ctr(self, *arguments: str) -> str:
        """Talk to containerd about what Kubernetes runs."""
        return self.sandbox.run("ctr", "--address", components.SOCKET, "--namespace", "k8s.io", *arguments)

    def launch(self, name: str, command: Sequence[str | Path]) -> None:
        """Start a program in the sandbox, with which it ends."""
        log = self.state / "logs" / f"{name}.log"
        log.parent.mkdir(exist_ok=True)
        with log.open("ab") as output:
            self._launched[name] = subprocess.Popen(
                self.sandbox.inside(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self.sandbox.environment,
                start_new_session=True,
            )

    def _programs(self, report: Report) -> Path:
        report("building the programs of a node, unless they are in the cache (once; some minutes on two cores)")
        return built(PROGRAMS, "node")

    def _join(self, programs: Path) -> None:
        self.launch("containerd", components.containerd(self.state))
        self._wait(lambda: self.ctr("version") != "", "containerd does not answer")
        self.load(Image(components.PAUSE_IMAGE, files={"/pause": built(PAUSE, "pause")}, entrypoint=["/pause"]))
        for name, command in (
            ("kubelet", components.kubelet(self.state, cgroup=self.sandbox.cgroups.name)),
            ("kube-proxy", components.kube_proxy(self.state)),
            ("coredns", components.coredns(self.state)),
        ):
            self.launch(name, [programs, *command])
        self._wait(self.cluster.nodes_ready, "the node is not ready")
        self._wait(_names_are_served, "CoreDNS does not answer")

    def _end(self) -> None:
        self.sandbox.stop()
        for program in self._launched.values():
            program.wait()  # all of them are gone with the sandbox
        self._launched.clear()
        self.cluster.stop()

    def _wait(self, condition: Callable[[], bool], problem: str) -> None:
        deadline = time.monotonic() + TIMEOUT
        while not _holds(condition):
            for name, program in self._launched.items():
                if program.poll() is not None:
                    raise Failed(f"{name} ended\n{self._tail(name)}")
            if time.monotonic() > deadline:
                raise Failed("\n".join((f"after {TIMEOUT:.0f} s {problem}", *map(self._tail, self._launched))))
            time.sleep(0.2)

    def _tail(self, program: str) -> str:
        log = self.state / "logs" / f"{program}.log"
        return f"--- {log}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-15:])


def _holds(condition: Callable[[], bool]) -> bool:
    try:
        return condition()
    except Failed:
        return False


def _names_are_served() -> bool:
    try:
        socket.create_connection((ADDRESS, 53), timeout=2).close()
    except OSError:
        return False
    return True
