"""Namespaces of processes, mounts and network of a node's own, which end with their first process."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.cluster.build import built
from tests.cluster.process import Failed, Process
from tests.e2e.node.cgroups import Cgroups

PAUSE = Path(__file__).parent / "programs" / "pause"

ADDRESS = "192.0.2.1"
"""The node's, from the range for documentation (RFC 5737): outside of the sandbox it means nothing."""

KERNEL_SETTINGS = ("kernel/panic", "kernel/panic_on_oops", "vm/overcommit_memory", "vm/panic_on_oom")
"""What a kubelet sets for the whole machine. In the sandbox it sets files of the same names."""

SETUP = f"""
set -eu
mount --bind "$STATE/var" /var
mount -t tmpfs -o mode=755 node /run
for setting in {" ".join(KERNEL_SETTINGS)}; do
    file="$STATE/kernel/$setting"
    mkdir -p "$(dirname "$file")"
    cat "/proc/sys/$setting" > "$file"
    mount --bind "$file" "/proc/sys/$setting"
done
ip link set lo up
ip link add node type bridge
ip address add {ADDRESS}/32 dev node
ip link set node up
ip route add default dev node
echo 1 > /proc/sys/net/ipv4/ip_forward
"""

CLONE_NEWNET = 0x40000000  # linux/sched.h


class Sandbox:
    """A first process that does nothing, and what is begun in its namespaces.

    /var and /run are the sandbox's own, so programs may use their usual places there.
    """

    def __init__(self, state: Path) -> None:
        self.state = state
        self.cgroups = Cgroups(state)
        self._first = Process("sandbox", state)

    def running(self) -> bool:
        """Whether the namespaces are there."""
        return self._first.running() and self._leader() is not None

    def start(self, *, owned: bool) -> None:
        """Make the namespaces and their network. An owned sandbox ends with this process, even if that is killed."""
        (self.state / "var" / "log").mkdir(parents=True, exist_ok=True)
        self.cgroups.create()
        unshare = ["unshare", "--pid", "--mount", "--net", "--fork", "--kill-child", "--mount-proc"]
        self._first.start([*unshare, built(PAUSE, "pause")], owned=owned)
        deadline = time.monotonic() + 10
        while not self._mounted():
            if self._first.ended() or time.monotonic() > deadline:
                raise Failed(f"no namespaces could be made:\n{self._first.tail()}")
            time.sleep(0.02)
        self.run("sh", "-c", SETUP)

    def stop(self) -> None:
        """Kill everything in the sandbox, and remove its cgroups. Does nothing if there was nothing."""
        if (leader := self._leader()) is not None:
            os.kill(leader, signal.SIGKILL)  # the kernel kills the others, and `unshare` ends when all are gone
            _wait_gone(self._first)
        self._first.stop()
        self.cgroups.remove()

    def run(self, *command: str | Path) -> str:
        """Run a command in the sandbox and return its output. Raises Failed with what it said."""
        done = subprocess.run(self.inside(command), env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"{' '.join(map(str, command))[:200]} failed in the sandbox:\n{done.stderr}{done.stdout}")
        return done.stdout

    def inside(self, command: Sequence[str | Path]) -> list[str]:
        """Return the command line that runs a command in the sandbox."""
        leader = self._leader()
        if leader is None:
            raise Failed(f"no sandbox runs in {self.state}")
        return ["nsenter", f"--target={leader}", "--pid", "--mount", "--net", "--", *map(str, command)]

    @property
    def environment(self) -> dict[str, str]:
        """The environment for what runs inside."""
        path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        return {"PATH": path, "HOME": "/root", "STATE": str(self.state)}

    @contextmanager
    def network(self) -> Iterator[None]:
        """Give this thread, and all that it starts, the network of the sandbox. Outside of it nothing changes."""
        with (
            Path("/proc/thread-self/ns/net").open() as outside,
            Path(f"/proc/{self._leader()}/ns/net").open() as inside,
        ):
            _enter(inside.fileno())
            try:
                yield
            finally:
                _enter(outside.fileno())

    def _leader(self) -> int | None:
        """Return the first process of the sandbox, as this machine counts: the only child of `unshare`."""
        parent = self._first.pid
        if parent is None:
            return None
        try:
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        except OSError:
            return None
        return int(children[0]) if children else None

    def _mounted(self) -> bool:
        """Whether `unshare` has done all that it does: it then becomes the first process."""
        leader = self._leader()
        try:
            return leader is not None and Path(f"/proc/{leader}/comm").read_text() == "pause\n"
        except OSError:
            return False


def _enter(namespace: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)  # os.setns is there from Python 3.12 on
    if library.setns(namespace, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


def _wait_gone(process: Process, timeout: float = 30) -> None:
    deadline = time.monotonic() + timeout
    while process.running() and time.monotonic() < deadline:
        time.sleep(0.02)
