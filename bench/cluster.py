"""How long many stacks take until their objects exist, and what a restart costs: `python -m bench.cluster [STACKS]`.

Beside it: a bare client that only sends the same applies, as many at once as the operator has under way at most. Each
side has a new cluster of its own, so none pays for what the other left behind.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from composestack.api.v1alpha1 import API_VERSION, GROUP, KIND, PLURAL, VERSION, ComposeStackSpec
from composestack.cluster.client import APPLY, Client, Request, connect
from composestack.compose.source import ProjectFiles
from composestack.kinds import KINDS
from composestack.reconcile.render import render
from composestack.translate.policy import Policy
from tests.cluster.audit import Audit
from tests.cluster.cluster import Cluster
from tests.integration.conftest import ROOT, Operator

COMPOSE = """
services:
  web: {image: "nginx:1", expose: ["80"], volumes: ["data:/data"]}
  api: {image: "app:1", expose: ["8080"]}
  db: {image: "postgres:17"}
volumes: {data: {}}
"""
NAMESPACE = "bench"
IN_FLIGHT = 64


def main() -> None:
    stacks = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    children = len(_manifests("stack-0"))
    print(f"{stacks} stacks of {children} objects")
    with _cluster() as cluster:
        bare = asyncio.run(_bare(cluster, stacks))
    print(f"  bare client         {bare:6.2f} s  {stacks * children / bare:6.0f} applies/s")
    with _cluster() as cluster, TemporaryDirectory() as logs:
        operator = Operator(cluster.kubeconfig, Path(logs) / "log")
        operator.start()
        ours = asyncio.run(_ours(cluster, stacks, children))
        print(f"  operator            {ours:6.2f} s  ratio {ours / bare:.2f}")
        _settled(cluster, stacks)
        print(f"  memory              {_memory(operator):6.0f} MB when all are ready")
        operator.stop()
        before, audit, began = _cpu(), Audit(cluster), time.monotonic()
        operator.start()
        ready = time.monotonic() - began
        time.sleep(10)
        writes = audit.writes(user_agent="composestack")
        operator.stop()
        used = _cpu() - before
        print(f"  restart to in sync  {ready:6.2f} s  {used:.1f} s of CPU with 10 s of rest, {len(writes)} writes")


@contextmanager
def _cluster() -> Iterator[Cluster]:
    with TemporaryDirectory() as state:
        cluster = Cluster(Path(state))
        cluster.start(owned=True, report=lambda _: None)
        try:
            cluster.kubectl("apply", "--server-side", "-f", str(ROOT / "crds" / "composestacks.yaml"))
            cluster.kubectl("wait", "--for=condition=Established", f"crd/{PLURAL}.{GROUP}", "--timeout=30s")
            cluster.kubectl("create", "namespace", NAMESPACE)
            yield cluster
        finally:
            cluster.stop()


def _manifests(name: str) -> tuple[dict[str, Any], ...]:
    return render(name, ComposeStackSpec(compose=_renamed(name)), ProjectFiles({}), Policy()).manifests


def _renamed(name: str) -> str:
    """Services bear the names of Compose, so stacks of one namespace need different ones."""
    number = name.rpartition("-")[2]
    return COMPOSE.replace("web:", f"web-{number}:").replace("api:", f"api-{number}:").replace("db:", f"db-{number}:")


async def _bare(cluster: Cluster, stacks: int) -> float:
    manifests = [each for number in range(stacks) for each in _manifests(f"stack-{number}")]
    client = await connect(str(cluster.kubeconfig))
    began = time.monotonic()
    await _all(client, [_apply(each) for each in manifests])
    took = time.monotonic() - began
    await client.close()
    return took


def _apply(manifest: dict[str, Any]) -> Request:
    path = KINDS[manifest["kind"]].path(NAMESPACE, manifest["metadata"]["name"])
    body = {**manifest, "metadata": {**manifest["metadata"], "namespace": NAMESPACE}}
    return Request("PATCH", path, body, {"fieldManager": "bench", "force": "true"}, APPLY)


async def _all(client: Client, requests: list[Request]) -> None:
    """Send requests, so many at once, without limit or retry of the client."""
    waiting = iter(requests)

    async def worker() -> None:
        for request in waiting:
            await client.attempt(request, 60)

    await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))


async def _ours(cluster: Cluster, stacks: int, children: int) -> float:
    client = await connect(str(cluster.kubeconfig))
    path = f"/apis/{GROUP}/{VERSION}/namespaces/{NAMESPACE}/{PLURAL}"
    bodies = [
        {
            "apiVersion": API_VERSION,
            "kind": KIND,
            "metadata": {"name": f"stack-{number}", "namespace": NAMESPACE},
            "spec": {"compose": _renamed(f"stack-{number}")},
        }
        for number in range(stacks)
    ]
    began = time.monotonic()
    await _all(client, [Request("POST", path, body, {"fieldManager": "bench"}) for body in bodies])
    while True:
        if await _count(client) >= stacks * children:
            break
        await asyncio.sleep(0.2)
    took = time.monotonic() - began
    await client.close()
    return took


async def _count(client: Client) -> int:
    """Return how many objects there are in the namespace, without reading them all: it has no others of these kinds."""
    total = 0
    for kind in {manifest["kind"] for manifest in _manifests("stack-0")}:
        page = await client.attempt(Request("GET", KINDS[kind].path(NAMESPACE), query={"limit": "1"}), 60)
        total += len(page["items"]) + int(page["metadata"].get("remainingItemCount") or 0)
    return total


def _settled(cluster: Cluster, stacks: int) -> None:
    deadline = time.monotonic() + 300
    path = '{range .items[*]}{.status.conditions[?(@.type=="Ready")].status} {end}'
    while time.monotonic() < deadline:
        found = cluster.kubectl("-n", NAMESPACE, "get", PLURAL, "-o", f"jsonpath={path}").split()
        if found.count("True") == stacks:
            return
        time.sleep(1)
    print("  not all stacks are ready after 300 s")


def _memory(operator: Operator) -> float:
    """Return the resident memory of the operator in MB."""
    metrics = dict(line.rsplit(" ", 1) for line in operator.page("/metrics").splitlines() if line[:1] != "#")
    return float(metrics["process_resident_memory_bytes"]) / 1e6


def _cpu() -> float:
    """Return the seconds of CPU that ended child processes have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
