"""`python -m tests.e2e.node`: the real node on the command line."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from tests.cluster.build import BuildFailed
from tests.cluster.process import Failed
from tests.cluster.toolchain import NoGo
from tests.e2e.node.node import Node
from tests.e2e.node.requirements import missing

STATE = Path(__file__).parents[3] / ".cluster" / "node"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.node", description="A Kubernetes with one real node.")
    parser.add_argument("command", choices=["start", "stop", "status", "shell"])
    parser.add_argument("--state", type=Path, default=STATE, help="directory of the node (default: %(default)s)")
    arguments = parser.parse_args()
    if reason := missing():
        print(f"no node can run here; missing: {reason}", file=sys.stderr)
        return 1
    try:
        return run(arguments.command, Node(arguments.state))
    except (BuildFailed, Failed, NoGo) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def run(command: str, node: Node) -> int:
    match command:
        case "start":
            node.start(owned=False, report=lambda line: print(line, flush=True))
            print("look at it: python -m tests.e2e.node shell, and there: kubectl get pods -A")
        case "stop":
            node.stop()
        case "shell":
            environment = node.sandbox.environment
            environment |= {
                "KUBECONFIG": str(node.cluster.kubeconfig),
                "PATH": f"{node.cluster.bin}:{environment['PATH']}",
            }
            return subprocess.call(node.sandbox.inside(["sh"]), env=environment)
        case _:
            print("running" if node.running() else "stopped")
            return 0 if node.running() else 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
