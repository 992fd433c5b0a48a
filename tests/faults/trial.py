"""One stack in a namespace of its own, with an operator and a proxy of its own: what is tried, and how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from select import select
from typing import Any

from aiohttp import web

from composestack.kinds import KINDS
from composestack.reconcile.observe import child
from composestack.translate.labels import ADDRESSES, DIGEST
from tests.faults.api import Api
from tests.faults.nursery import Nursery, kill
from tests.faults.proxy import Call, Cut, Fault, Proxy

NAME = "shop"
TIMEOUT = 120.0
"""Seconds for a stack to converge after a fault, on a machine that is busy with much else."""

COLLECTED = 90.0
"""Seconds for Kubernetes to collect what a stack, a definition or a namespace leaves behind. Its collector asks every
30 s which kinds there are; until it knows a kind it judges no owner of it, and where one is new it stands still.
"""

QUIET = 0.4
"""Seconds without a write after which the operator is taken to be done."""

Spec = dict[str, Any]
Picture = dict[str, Any]
"""What a stack and its objects look like, without what differs from one run to the next."""


def course(begin: Callable[[], AbstractContextManager[Trial]], *specs: Spec) -> tuple[Picture, ...]:
    """Return how a stack looks after each of some specs where nothing goes wrong."""
    with begin() as trial:
        trial.start()
        return tuple(trial.reached(spec) for spec in specs)


class Trial:
    """Use `start` and `kill` for the operator, `proxy.fault` for what goes wrong, and `expect` for how it must end."""

    def __init__(self, api: Api, nursery: Nursery, namespace: str, directory: Path) -> None:
        self.api = api
        self.namespace = namespace
        self.proxy = Proxy(api, directory)
        self._nursery = nursery
        self._log = directory / "log"
        self._process: int | None = None
        self._turn = threading.Lock()

    def start(self, **settings: Any) -> None:
        """Start an operator."""
        assert not self.running()
        given = {"kubeconfig": str(self.proxy.kubeconfig), "namespaces": self.namespace, **settings}
        self._process = self._nursery.start(self._log, given)

    def reached(self, spec: Spec) -> Picture:
        """Apply a spec and return how the stack looks when it has settled."""
        self.apply(spec)
        return self.settle()

    def kill(self) -> None:
        """End the operator without warning, and wait until it is gone."""
        with self._turn:
            process, self._process = self._process, None
            if process is not None:
                kill(process)
                select([process], (), ())
                os.close(process)

    def running(self) -> bool:
        with self._turn:
            return self._process is not None and not select([self._process], (), (), 0)[0]

    def apply(self, spec: Spec) -> None:
        self.api.apply(self.namespace, NAME, spec)

    def log(self) -> str:
        return self._log.read_text()

    def picture(self) -> Picture:
        """Return how things are: the stack, and every object in the namespace of a kind that the operator creates."""
        live = [item for kind in KINDS.values() for item in self.api.items(kind, self.namespace)]
        ours = [item for item in live if item["metadata"]["name"] != "kube-root-ca.crt"]
        text = json.dumps({"stack": self._stack(), **{f"{o['kind']}/{o['metadata']['name']}": _shape(o) for o in ours}})
        for item in ours:
            if (address := item["spec"].get("clusterIP") if item["kind"] == "Service" else None) not in {None, "None"}:
                text = text.replace(address, f"<address of {item['metadata']['name']}>")
        picture: Picture = json.loads(text.replace(self.namespace, "<namespace>"))
        return picture

    def settle(self) -> Picture:
        """Wait until the stack is ready in its latest generation, and the operator has nothing left to do."""
        self.wait(self.ready, "to be ready")
        return self.picture()

    def ready(self) -> bool:
        return self.condition().get("status") == "True"

    def condition(self, type_: str = "Ready") -> dict[str, Any]:
        """Return the condition of the latest generation, empty if there is none."""
        stack = self.api.stack(self.namespace, NAME)
        status = (stack or {}).get("status", {})
        if stack is None or status.get("observedGeneration") != stack["metadata"]["generation"]:
            return {}
        return next((each for each in status.get("conditions", ()) if each["type"] == type_), {})

    def expect(self, wanted: Picture, timeout: float = TIMEOUT) -> None:
        """Wait until everything is as wanted and stays so."""
        what = "to be as in the undisturbed run"
        self.wait(lambda: self.picture() == wanted, what, lambda: self._difference(wanted), timeout)

    def wait(
        self, done: Callable[[], bool], what: str, state: Callable[[], str] = str, timeout: float = TIMEOUT
    ) -> None:
        """Wait until that is so and no write has come for a moment. Gives up after some seconds."""
        deadline = time.monotonic() + timeout
        since, writes = time.monotonic(), -1
        while True:
            if (now := len(self.proxy.writes())) != writes or not done():
                since, writes = time.monotonic(), now
            if time.monotonic() - since > QUIET:
                return
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {timeout:.0f} s for {NAME} {what}: {state()}\n{self.log()[-3000:]}")
            time.sleep(0.1)

    def _stack(self) -> Any:
        stack = self.api.stack(self.namespace, NAME)
        if stack is None:
            return None
        status = stack.get("status", {})
        return {
            "spec": stack["spec"],
            "observed": status.get("observedGeneration") == stack["metadata"]["generation"],
            "conditions": sorted((c["type"], c["status"], c["reason"]) for c in status.get("conditions", ())),
            "services": [(s["name"], s["state"], s["ready"]) for s in status.get("services", ())],
            "volumes": status.get("volumes"),
            "inventory": sorted(entry["id"] for entry in status.get("inventory", ())),
        }

    def _difference(self, wanted: Picture) -> str:
        found = self.picture()
        keys = sorted(key for key in wanted.keys() | found.keys() if wanted.get(key) != found.get(key))
        return "\n".join(f"{key}:\n  wanted {wanted.get(key)}\n  found  {found.get(key)}" for key in keys)


def _shape(live: dict[str, Any]) -> dict[str, Any]:
    """Return what of an object is the same in every run: not its digests, but that they fit."""
    metadata, row = live["metadata"], child(live)
    notes = metadata.get("annotations", {})
    kept = {key: text for key, text in notes.items() if key.startswith("composestack.io/")} | {DIGEST: ""}
    kept.pop(ADDRESSES, None)
    spec = {key: value for key, value in live.get("spec", {}).items() if key not in {"volumeName", "selector"}}
    if live["kind"] == "Job":
        spec["template"]["metadata"] = {}
    return {
        "labels": metadata.get("labels"),
        "annotations": kept,
        "owners": [owner["name"] for owner in metadata.get("ownerReferences", ())],
        "deleting": "deletionTimestamp" in metadata,
        "as meant": row.actual == row.meant,
        "spec": spec,
        "data": live.get("data"),
    }


class KillAfter(Fault):
    """Kills an operator right after the API server has taken its nth write, one write at a time."""

    def __init__(self, trial: Trial, writes: int) -> None:
        self._trial = trial
        self._left = writes
        self._turn = asyncio.Lock()

    @property
    def fired(self) -> bool:
        return self._left == 0

    async def before(self, call: Call) -> web.Response | None:
        if call.writes:
            await self._turn.acquire()
        if self._left == 0:
            raise Cut
        return None

    async def after(self, call: Call, status: int) -> None:
        if call.writes:
            self._left -= 1
            if self._left == 0:
                self._trial.kill()
                raise Cut
            self._turn.release()
