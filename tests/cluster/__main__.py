"""`python -m tests.cluster`: the cluster on the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.cluster.build import BuildFailed, build
from tests.cluster.cluster import Cluster, directory
from tests.cluster.process import Failed
from tests.cluster.toolchain import NoGo


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.cluster", description="A real Kubernetes on 127.0.0.1.")
    parser.add_argument("command", choices=["start", "stop", "status", "kubeconfig", "build"])
    parser.add_argument(
        "--state",
        type=Path,
        default=directory(),
        help="directory with all that the cluster keeps (default: %(default)s)",
    )
    arguments = parser.parse_args()
    try:
        return run(arguments.command, Cluster(arguments.state))
    except (BuildFailed, Failed, NoGo) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def run(command: str, cluster: Cluster) -> int:
    match command:
        case "build":
            print(build(lambda line: print(line, file=sys.stderr, flush=True)))
        case "start":
            cluster.start(owned=False, report=lambda line: print(line, flush=True))
            print(f"export KUBECONFIG={cluster.kubeconfig}")
            print(f"export PATH={cluster.bin}:$PATH")
        case "stop":
            cluster.stop()
        case "kubeconfig":
            print(cluster.kubeconfig)
        case _:
            for process in cluster.processes.values():
                print(f"{process.name:26}{f'pid {process.pid}' if process.running() else 'stopped'}")
            return 0 if cluster.running() else 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
