"""NetworkPolicies of the node's pods, enforced by kube-network-policies, of the Kubernetes project.

The kernel asks it about each connection. It sees to that by rules of nftables, for which not every kernel is built
(CONFIG_NFT_QUEUE); a rule of iptables does the same.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cluster.build import built
from tests.cluster.process import Failed
from tests.e2e.node.components import NODE
from tests.e2e.node.node import Node

SOURCES = Path(__file__).parent
PROGRAM = "sigs.k8s.io/kube-network-policies/cmd/kube-network-policies/standard"
QUEUE = "100"
ASKED = f"FORWARD --match conntrack --ctstate NEW --jump NFQUEUE --queue-num {QUEUE}".split()
"""The first packet of each connection between pods. While nobody answers, there is none."""
TIMEOUT = 60.0


@contextmanager
def enforced(node: Node) -> Iterator[None]:
    """Enforce NetworkPolicies. The first time, the program is built, in a minute or two."""
    kubeconfig = node.state / "credentials" / "admin.kubeconfig"
    flags = [f"--kubeconfig={kubeconfig}", f"--hostname-override={NODE}", f"--nfqueue-id={QUEUE}", "--disable-nri"]
    program = [str(built(SOURCES, "network-policies", PROGRAM)), *flags, "--metrics-bind-address=127.0.0.1:0"]
    node.sandbox.run("iptables", "--insert", *ASKED)
    try:
        with _running(node, program):
            yield
    finally:
        node.sandbox.run("iptables", "--delete", *ASKED)


@contextmanager
def _running(node: Node, program: list[str]) -> Iterator[None]:
    """Run it in the sandbox, from when it answers, as long as this lasts."""
    log = node.state / "logs" / "network-policies.log"
    ends_with_its_parent = ["setpriv", "--pdeathsig=KILL"]
    command = node.sandbox.inside([*ends_with_its_parent, *program])
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            deadline = time.monotonic() + TIMEOUT
            while not _is_answered(node):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise Failed(f"network policies are not enforced\n{log.read_text()[-3000:]}")
                time.sleep(0.1)
            yield
        finally:
            process.kill()


def _is_answered(node: Node) -> bool:
    """Tell whether a program has asked the kernel for the packets of the queue."""
    queues = node.sandbox.run("cat", "/proc/net/netfilter/nfnetlink_queue")
    return QUEUE in (line.split()[0] for line in queues.splitlines())
