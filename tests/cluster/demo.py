"""`make demo`: the operator and the examples on a cluster, with what to type next.

The cluster is an embedded one in .cluster/demo, unless $KUBECONFIG or --context names another. The operator runs on
this machine in the background. A second start takes what it finds running.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.build import BuildFailed, build
from tests.cluster.client import Client
from tests.cluster.cluster import Cluster
from tests.cluster.process import Failed, Process
from tests.cluster.toolchain import NoGo

PROJECT = Path(__file__).parents[2]
STATE = PROJECT / ".cluster" / "demo"
NAMESPACE = "composestack-demo"

TIMEOUT = 180.0
"""Seconds that the examples may take to become ready; they take a few on an embedded cluster."""


@dataclass(frozen=True)
class Target:
    """The cluster to use, how to reach it from a terminal, and where the demo keeps what it needs to know."""

    client: Client
    state: Path
    context: str | None = None
    embedded: bool = False

    def kubectl(self, *arguments: str, stdin: str | None = None) -> str:
        """Run kubectl against the cluster, in the namespace of the demo."""
        context = (f"--context={self.context}",) if self.context else ()
        return self.client.kubectl(*context, f"--namespace={NAMESPACE}", *arguments, stdin=stdin)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("command", choices=["start", "stop"])
    parser.add_argument("--context", help="a context of the kubeconfig, instead of the embedded cluster")
    parser.add_argument("--state", type=Path, default=STATE, help="directory of the embedded cluster and of the logs")
    arguments = parser.parse_args()
    state: Path = arguments.state.absolute()
    try:
        return stop(state) if arguments.command == "stop" else start(state, arguments.context)
    except (BuildFailed, Failed, NoGo) as error:
        say(f"error: {error}")
    except subprocess.CalledProcessError as error:
        say(f"error: {shlex.join(error.cmd)}\n{error.stderr}")
    return 1


def start(state: Path, context: str | None) -> int:
    """Bring everything up, wait for the examples, and say how to go on."""
    target = choose(state, context)
    say("installing the CustomResourceDefinition")
    target.kubectl("apply", "--server-side", "--force-conflicts", "-f", str(PROJECT / "crds" / "composestacks.yaml"))
    target.kubectl("wait", "--for=condition=Established", "crd/composestacks.composestack.io", "--timeout=30s")
    target.kubectl("apply", "--server-side", "-f", "-", stdin=namespace_manifest())
    operator = run_operator(target)
    say(f"applying the examples in namespace {NAMESPACE}")
    target.kubectl("apply", "--server-side", "-f", str(PROJECT / "examples"))
    ready = converge(target, operator)
    say(f"\n{target.kubectl('get', 'composestacks')}")
    say(target.kubectl("get", "deployments,jobs,services,persistentvolumeclaims"))
    if not ready:
        say(f"not every stack is ready after {TIMEOUT:.0f} s; the operator's log is {operator.log}\n")
    say(next_steps(target, operator))
    return 0 if ready else 1


def stop(state: Path) -> int:
    """Stop the operator and the embedded cluster. Objects on another cluster stay; say how to remove them."""
    Process("composestack", state).stop()
    Cluster(state).stop()
    say("stopped the operator and the embedded cluster")
    if foreign_kubeconfig(state):
        say(f"the examples stay in your cluster; to remove them: kubectl delete namespace {NAMESPACE}")
    return 0


def choose(state: Path, context: str | None) -> Target:
    """Take the cluster that the environment or the command line names, or start the embedded one."""
    named, embedded = foreign_kubeconfig(state), Cluster(state)
    if not (named or context):
        embedded.start(owned=False, report=say)
        say("its nodes are played: pods get ready, but no container runs")
        return Target(embedded, state, embedded=True)
    path = named or Path.home() / ".kube" / "config"
    if not path.is_file():
        raise Failed(f"there is no kubeconfig {path}; KUBECONFIG must name one file")
    say(f"using {f'context {context} of ' if context else ''}{path}")
    return Target(Client(path, installed_kubectl(state)), state, context)


def foreign_kubeconfig(state: Path) -> Path | None:
    """Return the file that KUBECONFIG names, unless it is the embedded one, as next_steps tells people to set it."""
    named = os.environ.get("KUBECONFIG")
    return None if not named or Path(named) == Cluster(state).kubeconfig else Path(named)


def installed_kubectl(state: Path) -> Path:
    """Return the kubectl of this machine, or else the one that comes with the embedded cluster."""
    if found := shutil.which("kubectl"):
        return Path(found)
    link = state / "bin" / "kubectl"
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(build(say))
    return link


def run_operator(target: Target) -> Process:
    """Start the operator, unless it runs already for the same cluster."""
    operator = Process("composestack", target.state)
    server = target.kubectl("config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}")
    remembered = target.state / "run" / "composestack.server"
    if operator.running() and remembered.exists() and remembered.read_text() == server:
        say(f"the operator runs already (pid {operator.pid}), its log is {operator.log}")
        return operator
    operator.stop()
    program = Path(sys.executable).parent / "composestack"
    context = [f"--context={target.context}"] if target.context else []
    flags = [f"--namespace={NAMESPACE}", "--probe-address=", f"--kubeconfig={target.client.kubeconfig}", *context]
    operator.start([program, "run", *flags], owned=False)
    remembered.write_text(server)
    say(f"started the operator (pid {operator.pid}), its log is {operator.log}")
    return operator


def converge(target: Target, operator: Process) -> bool:
    """Print every change of a stack until all are ready. Returns False if that takes too long."""
    began, shown = time.monotonic(), dict[str, str]()
    while time.monotonic() - began < TIMEOUT:
        if operator.ended():
            raise Failed(f"the operator ended; the end of {operator.log}:\n{operator.tail()}")
        states = dict(stack_states(target))
        for name, state in states.items():
            if shown.get(name) != state:
                print(f"  {time.monotonic() - began:5.1f} s  {name:10} {state}", flush=True)
        shown = states
        if states and all(state.startswith("ready") for state in states.values()):
            return True
        time.sleep(0.3)
    return False


def stack_states(target: Target) -> Iterator[tuple[str, str]]:
    """Yield name and state, in words, of every stack."""
    for stack in json.loads(target.kubectl("get", "composestacks", "-o", "json"))["items"]:
        status = stack.get("status", {})
        conditions = {condition["type"]: condition for condition in status.get("conditions", ())}
        ready = conditions.get("Ready", {"status": "Unknown", "message": "waiting for the operator"})
        current = status.get("observedGeneration") == stack["metadata"]["generation"]
        word = "ready" if ready["status"] == "True" and current else "     "
        yield stack["metadata"]["name"], f"{word} {status.get('servicesReady', ''):5} {ready['message']}"


def namespace_manifest() -> str:
    """The namespace of the demo, to be applied."""
    return json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})


def next_steps(target: Target, operator: Process) -> str:
    """Commands that work when pasted into a terminal."""
    exports = [f"export KUBECONFIG={shlex.quote(str(target.client.kubeconfig))}"]
    if target.embedded or shutil.which("kubectl") is None:
        exports.append(f"export PATH={shlex.quote(str(target.state / 'bin'))}:$PATH")
    context = f" --context {shlex.quote(target.context)}" if target.context else ""
    kubectl = f"kubectl{context} -n {NAMESPACE}"
    examples = shlex.quote(os.path.relpath(PROJECT / "examples" / "shop.yaml"))
    steps = [
        *exports,
        f"{kubectl} get composestacks -o wide",
        f"{kubectl} describe composestack shop",
        f"{kubectl} delete deployment shop-api          # and see it come back",
        f"{kubectl} apply --server-side -f {examples}   # after a change of yours",
        f"kubectl{context} explain composestack.spec",
        f"tail {shlex.quote(str(operator.log))}",
    ]
    return "\n".join(("How to go on:", *(f"  {step}" for step in steps), "To stop:", "  make demo-stop"))


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
