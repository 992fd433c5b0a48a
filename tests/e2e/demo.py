"""`make demo-real`: the README's example in real containers, and what its published port answers.

The node is this process's own and gone when it ends.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from tests.cluster.build import BuildFailed
from tests.cluster.demo import say
from tests.cluster.process import Failed
from tests.cluster.toolchain import NoGo
from tests.e2e.images.catalog import CATALOG, WEB
from tests.e2e.images.debian import NoPackages
from tests.e2e.images.image import Image
from tests.e2e.node.node import Node
from tests.e2e.node.requirements import missing
from tests.integration.test_seed import SEED

PROJECT = Path(__file__).parents[2]
STACK = {
    "apiVersion": "composestack.io/v1alpha1",
    "kind": "ComposeStack",
    "metadata": {"name": "hits"},
    "spec": {"images": {"web": WEB}, "compose": SEED},
}


def main() -> int:
    if reason := missing():
        say(f"error: no node can run here; missing: {reason}")
        return 1
    with TemporaryDirectory(prefix="composestack-demo-") as state:
        node = Node(Path(state))
        try:
            say("fetching the packages of images, unless they are in the cache")
            images = [CATALOG[name]() for name in ("redis:alpine", WEB)]
            node.start(owned=True, report=say)
            with node.sandbox.network():
                show(node, images)
        except (BuildFailed, Failed, NoGo, NoPackages, subprocess.CalledProcessError) as error:
            say(f"error: {error}")
            return 1
        finally:
            node.stop()
    return 0


def show(node: Node, images: Sequence[Image]) -> None:
    """Run the operator and the stack, and ask the published port."""
    for image in images:
        say(f"making the image {image.name}")
        node.load(image)
    kubectl = node.cluster.kubectl
    kubectl("apply", "--server-side", "-f", str(PROJECT / "crds" / "composestacks.yaml"))
    kubectl("wait", "--for=condition=Established", "crd/composestacks.composestack.io", "--timeout=30s")
    flags = [f"--kubeconfig={node.cluster.kubeconfig}", "--probe-address="]
    with (node.state / "logs" / "composestack.log").open("w") as log:
        operator = subprocess.Popen([sys.executable, "-m", "composestack.cli", "run", *flags], stdout=log, stderr=log)
    try:
        text = yaml.safe_dump(STACK, sort_keys=False)
        say(f"\n$ kubectl apply -f -\n{text}")
        kubectl("apply", "-f", "-", stdin=text)
        kubectl("wait", "--for=condition=Ready", "composestack/hits", "--timeout=180s")
        for what in ("composestacks", "deployments,services,pods"):
            say(f"$ kubectl get {what}\n{kubectl('get', what)}")
        visit(node)
    finally:
        operator.terminate()
        operator.wait()


def visit(node: Node) -> None:
    """Forward the published port, as the status says, and ask it as a user would."""
    address = node.cluster.kubectl("get", "service", "web", "-o", "jsonpath={.spec.clusterIP}")
    listening(address, 5000)  # a forwarding ends at the first connection that is refused
    kubectl = [str(node.cluster.bin / "kubectl"), f"--kubeconfig={node.cluster.kubeconfig}"]
    say("$ kubectl port-forward service/web 5000:5000")
    forward = subprocess.Popen([*kubectl, "port-forward", "service/web", "5000:5000"], stdout=subprocess.DEVNULL)
    try:
        listening("127.0.0.1", 5000)
        for _ in range(3):
            page = subprocess.run(
                ["curl", "-sSf", "--noproxy", "*", "http://localhost:5000/"], capture_output=True, text=True, check=True
            )
            say(f"$ curl http://localhost:5000/\n{page.stdout}")
    finally:
        forward.terminate()
        forward.wait()


def listening(address: str, port: int) -> None:
    """Wait until somebody listens."""
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection((address, port), timeout=5).close()
        except OSError as error:
            if time.monotonic() > deadline:
                raise Failed(f"nobody listens at {address}:{port}: {error}") from error
            time.sleep(0.2)
        else:
            return


if __name__ == "__main__":
    sys.exit(main())
