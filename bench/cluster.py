"""How the operator does with many stacks, as rows of a table: `python -m bench.cluster --help`.

A row compares with a bare client, which only sends the same applies, as many at once as the operator has under way at
most. On a real API server each side has a new cluster of its own, so none pays for what the other left behind.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.beside_kompose import compare

from composestack.api.v1alpha1 import API_VERSION, GROUP, KIND, PLURAL, VERSION, ComposeStackSpec
from composestack.cluster.client import APPLY, Client, Request
from composestack.cluster.connecting import connect
from composestack.compose.source import ProjectFiles
from composestack.kinds import KINDS
from composestack.reconcile.render import render
from composestack.translate.policy import Policy
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
PATIENCE = 3600.0
"""Seconds for anything at all."""

REST = 5.0
"""Seconds after a restart in which nothing shall be written."""

WRITE = re.compile(r'composestack_api_requests_total\{.*verb="(create|update|patch|delete)"')


@dataclass(frozen=True, slots=True)
class Api:
    """An API server to measure on, real or scripted, and the ratio to reach there."""

    name: str
    kubeconfig: Path
    target: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table in docs/performance.md."""

    what: str
    time: str
    ratio: str = ""
    beside: str = ""
    target: str = ""

    def __str__(self) -> str:
        return f"| {self.what} | {self.time} | {self.ratio} | {self.beside} | {self.target} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=int, nargs="*", metavar="N", help="this many stacks on a real API server")
    parser.add_argument("--scripted", type=int, nargs="*", metavar="N", help="this many stacks on a scripted one")
    parser.add_argument("--kompose", action="store_true", help="one stack, beside kompose and kubectl")
    given = parser.parse_args()
    if given.real is None and given.scripted is None and not given.kompose:
        given.real, given.kompose = [200], True
    print("| What | Time | Ratio | Beside | Target |\n|---|---|---|---|---|", flush=True)
    for stacks in given.real or ():
        show(many(stacks, real))
    for stacks in given.scripted or ():
        show(many(stacks, scripted))
    if given.kompose:
        show(one())


def show(rows: Iterator[Row]) -> None:
    for row in rows:
        print(row, flush=True)


def one() -> Iterator[Row]:
    """Measure how long one stack takes."""
    with TemporaryDirectory() as logs, cluster() as real, operating(real.kubeconfig, Path(logs)):
        found = compare(real)
    what = f"`kubectl apply` of a stack of {found.objects} objects, until they exist"
    beside = f"`kompose convert` and `kubectl apply` of the same file, {found.theirs:.2f} s"
    yield Row(what, f"{found.ours:.2f} s", f"{found.ours / found.theirs:.2f}", beside, "0.5")
    what = "Of this, `kubectl apply` itself"
    yield Row(what, f"{found.kubectl:.2f} s", f"{found.kubectl / found.theirs:.2f}", "the same")


def many(stacks: int, started: Callable[[], Any]) -> Iterator[Row]:
    """Measure new stacks, and a restart with them."""
    children = len(_manifests("stack-0"))
    with started() as api:
        bare = asyncio.run(_bare(api.kubeconfig, stacks))
    with started() as api, TemporaryDirectory() as logs:
        before = _cpu()
        with operating(api.kubeconfig, Path(logs)) as operator:
            ours = asyncio.run(create(api.kubeconfig, stacks, children))
            what = f"{stacks:,} new stacks of {children} objects on a {api.name} API server, until all objects exist"
            beside = f"a bare client that sends the same applies, {bare:.1f} s"
            yield Row(what, f"{ours:.1f} s", f"{ours / bare:.2f}", beside, api.target)
            settle(operator, stacks)
            memory = _metrics(operator)["process_resident_memory_bytes"] / 1e6
        what = f"Memory and CPU until these {stacks:,} are ready"
        yield Row(what, f"{memory:.0f} MB", "", f"{_cpu() - before:.0f} s of CPU")
        yield from _restart(api.kubeconfig, Path(logs), stacks)


def _restart(kubeconfig: Path, logs: Path, stacks: int) -> Iterator[Row]:
    before, began = _cpu(), time.monotonic()
    with operating(kubeconfig, logs) as operator:
        settle(operator, stacks)
        took = time.monotonic() - began
        found = _metrics(operator)
        time.sleep(REST)
        writes = sum(value for name, value in _metrics(operator).items() if WRITE.match(name))
    used = found["process_cpu_seconds_total"]
    rest = f"{used:.1f} s of CPU, {_cpu() - before - used:.1f} s in {REST:.0f} s of rest, {writes:.0f} writes"
    yield Row(f"Restart with these {stacks:,}, until in sync", f"{took:.1f} s", "", rest, "60 s of CPU, 0 writes")
    memory = found["process_resident_memory_bytes"] / 1e6
    yield Row(f"Memory with these {stacks:,} after a restart", f"{memory:.0f} MB", "", "", "250 MB")


@contextmanager
def cluster() -> Iterator[Cluster]:
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


@contextmanager
def real() -> Iterator[Api]:
    with cluster() as found:
        yield Api("real", found.kubeconfig, "1.3")


@contextmanager
def scripted() -> Iterator[Api]:
    with TemporaryDirectory() as directory:
        file = Path(directory) / "kubeconfig"
        process = subprocess.Popen([sys.executable, "-m", "bench.scripted", str(file)])
        try:
            _wait(file.exists)
            yield Api("scripted", file)
        finally:
            process.terminate()
            process.wait()


@contextmanager
def operating(kubeconfig: Path, logs: Path) -> Iterator[Operator]:
    operator = Operator(kubeconfig, logs / "log")
    operator.start()
    try:
        yield operator
    finally:
        operator.stop()


def _manifests(name: str) -> tuple[dict[str, Any], ...]:
    return render(name, ComposeStackSpec(compose=_renamed(name)), ProjectFiles({}), Policy()).manifests


def _renamed(name: str) -> str:
    """Services bear the names of Compose, so stacks of one namespace need different ones."""
    number = name.rpartition("-")[2]
    return COMPOSE.replace("web:", f"web-{number}:").replace("api:", f"api-{number}:").replace("db:", f"db-{number}:")


async def _bare(kubeconfig: Path, stacks: int) -> float:
    manifests = [each for number in range(stacks) for each in _manifests(f"stack-{number}")]
    client = await connect(str(kubeconfig))
    began = time.monotonic()
    await _all(client, map(_apply, manifests))
    took = time.monotonic() - began
    await client.close()
    return took


def _apply(manifest: dict[str, Any]) -> Request:
    path = KINDS[manifest["kind"]].path(NAMESPACE, manifest["metadata"]["name"])
    body = {**manifest, "metadata": {**manifest["metadata"], "namespace": NAMESPACE}}
    return Request("PATCH", path, body, {"fieldManager": "bench", "force": "true"}, APPLY)


async def _all(client: Client, requests: Iterator[Request]) -> None:
    """Send requests, so many at once, without limit or retry of the client."""

    async def worker() -> None:
        for request in requests:
            await client.attempt(request, 60)

    await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))


async def create(kubeconfig: Path, stacks: int, children: int) -> float:
    """Create stacks; return the seconds until all their objects exist."""
    client = await connect(str(kubeconfig))
    path = f"/apis/{GROUP}/{VERSION}/namespaces/{NAMESPACE}/{PLURAL}"
    bodies = (
        {
            "apiVersion": API_VERSION,
            "kind": KIND,
            "metadata": {"name": f"stack-{number}", "namespace": NAMESPACE},
            "spec": {"compose": _renamed(f"stack-{number}")},
        }
        for number in range(stacks)
    )
    began = time.monotonic()
    await _all(client, (Request("POST", path, body, {"fieldManager": "bench"}) for body in bodies))
    while await _count(client) < stacks * children:
        assert time.monotonic() - began < PATIENCE
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


def settle(operator: Operator, stacks: int) -> None:
    """Wait until all stacks are ready and looked at."""

    def done() -> bool:
        metrics = _metrics(operator)
        ready = metrics.get('composestack_stacks{reason="Ready"}')
        return ready == stacks and metrics["composestack_queue_depth"] == 0

    _wait(done)


def _wait(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def _metrics(operator: Operator) -> dict[str, float]:
    lines = (line.rsplit(" ", 1) for line in operator.page("/metrics").splitlines() if line[:1] != "#")
    return {name: float(value) for name, value in lines}


def _cpu() -> float:
    """Return the seconds of CPU that ended child processes have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
