"""An API server that only says what it was told, for more stacks than a real one can hold on one machine.

`python -m bench.scripted FILE` serves until it is ended and writes a kubeconfig into FILE. It lists, watches, takes an
apply for the whole of what its manager wants, and has every object ready at once. It knows no schema, no defaults, no
admission, no garbage collector, and no pods: what is measured here is the operator, not Kubernetes.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter, deque
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from aiohttp import web

from composestack.api.v1alpha1 import GROUP, KIND, PLURAL, VERSION
from composestack.kinds import KINDS, Kind
from composestack.reconcile.observe import FIELD_MANAGER

STACKS = Kind(KIND, GROUP, VERSION, PLURAL, wave=0)
PODS = Kind("Pod", "", "v1", "pods", wave=0)
SERVED = {kind.path(): kind for kind in (STACKS, PODS, *KINDS.values()) if not kind.source}
REMEMBERED = 500_000
"""Events of a kind that a watch can begin with."""

BOOKMARK_SECONDS = 30.0
VERBS = ["create", "delete", "get", "list", "patch", "watch"]
DISCOVERY: Mapping[str, Any] = {
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {
        "kind": "APIGroupList",
        "groups": [{"name": GROUP, "versions": [{"version": VERSION}], "preferredVersion": {"version": VERSION}}],
    },
    "/api/v1": {
        "resources": [
            {"name": "namespaces", "kind": "Namespace", "namespaced": False, "singularName": "", "verbs": VERBS}
        ]
    },
    f"/apis/{GROUP}/{VERSION}": {
        "resources": [{"name": PLURAL, "kind": KIND, "namespaced": True, "singularName": "", "verbs": VERBS}]
    },
}
"""What kopf asks for before it watches."""

STATUS: Mapping[str, Any] = {
    "Deployment": {
        "observedGeneration": 1,
        **dict.fromkeys(("replicas", "readyReplicas", "updatedReplicas", "availableReplicas"), 1),
        "conditions": [
            {"type": "Available", "status": "True"},
            {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"},
        ],
    },
    "PersistentVolumeClaim": {"phase": "Bound"},
    KIND: {"observedGeneration": -1},
}
"""The status with which an object begins: that of one which has become all that it shall be."""

Name = tuple[str, str]


class Target(NamedTuple):
    """What a path names: a collection, or an object of it, or the status of that."""

    kind: Kind
    namespace: str
    name: str
    subresource: str


class Collection:
    """All objects of a kind, as the text that is sent, and the watches of it."""

    def __init__(self) -> None:
        self.objects: dict[Name, bytes] = {}
        self.history: deque[tuple[int, bytes]] = deque(maxlen=REMEMBERED)
        self.changed = asyncio.Event()

    def tell(self, type_: str, version: int, text: bytes) -> None:
        self.history.append((version, b'{"type":"%s","object":%s}\n' % (type_.encode(), text)))
        self.changed.set()

    def since(self, version: int) -> list[tuple[int, bytes]]:
        """Return the events after a version."""
        found = []
        for event in reversed(self.history):
            if event[0] <= version:
                break
            found.append(event)
        return found[::-1]


class Server:
    """Answers requests, and counts the writes among them."""

    def __init__(self) -> None:
        self.version = 1000
        self.writes: Counter[str] = Counter()
        self.collections = {path: Collection() for path in SERVED}

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        known = {**DISCOVERY, "/writes": self.writes}.get(request.path)
        if known is not None:
            return web.json_response(known)
        query = {name: values[-1] for name, values in parse_qs(request.query_string).items()}
        target = named(request.path)
        if target is None:  # an Event about a stack, or a kind that nobody has installed
            return web.json_response({}, status=201) if request.method == "POST" else failure(404, "NotFound")
        collection = self.collections[target.kind.path()]
        if request.method == "GET" and "watch" in query:
            return await self._watch(request, collection, int(query.get("resourceVersion") or self.version))
        if request.method == "GET":
            return self._read(target, collection, query)
        body = json.loads(await request.read() or b"null")
        return self._write(request.method, target, collection, body)

    def _read(self, target: Target, collection: Collection, query: Mapping[str, str]) -> web.Response:
        if target.name:
            text = collection.objects.get((target.namespace, target.name))
            return failure(404, "NotFound") if text is None else answer(text)
        begin, limit = int(query.get("continue", 0)), int(query.get("limit", sys.maxsize))
        page = list(islice(collection.objects.values(), begin, begin + limit))
        rest = len(collection.objects) - begin - len(page)
        metadata: dict[str, Any] = {"resourceVersion": str(self.version)}
        if rest > 0:
            metadata |= {"continue": str(begin + len(page)), "remainingItemCount": rest}
        head = {"kind": f"{target.kind.kind}List", "apiVersion": target.kind.api_version, "metadata": metadata}
        return answer(json.dumps(head).encode()[:-1] + b',"items":[' + b",".join(page) + b"]}")

    def _write(self, method: str, target: Target, collection: Collection, body: Any) -> web.Response:
        name = (target.namespace, target.name or (body or {}).get("metadata", {}).get("name", ""))
        before = collection.objects.get(name)
        self.version += 1
        self.writes[f"{target.kind.plural}{'/status' if target.subresource else ''}"] += 1
        if method == "DELETE":
            if before is None:
                return failure(404, "NotFound")
            collection.tell("DELETED", self.version, collection.objects.pop(name))
            return answer(b'{"kind":"Status","status":"Success"}')
        known = None if before is None else json.loads(before)
        if target.subresource:
            if known is None:
                return failure(404, "NotFound")
            live = {**known, "status": body[-1]["value"]}
        else:
            wanted = body["metadata"]
            if known is not None and (wanted.get("resourceVersion") or wanted.get("uid") != known["metadata"]["uid"]):
                return failure(409, "Conflict")
            live = created(target.kind, body, target.namespace, known, self.version)
        live["metadata"]["resourceVersion"] = str(self.version)
        text = collection.objects[name] = json.dumps(live, separators=(",", ":")).encode()
        collection.tell("MODIFIED" if known else "ADDED", self.version, text)
        return answer(text)

    async def _watch(self, request: web.BaseRequest, collection: Collection, version: int) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        with suppress(ConnectionError):
            async for text in self._events(collection, version):
                await response.write(text)
        return response

    async def _events(self, collection: Collection, version: int) -> AsyncIterator[bytes]:
        while True:
            collection.changed.clear()
            events = collection.since(version)
            if events:
                version = events[-1][0]
                yield b"".join(text for _, text in events)
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(collection.changed.wait(), BOOKMARK_SECONDS)
                continue
            bookmark = {"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": str(self.version)}}}
            yield json.dumps(bookmark).encode() + b"\n"


def named(path: str) -> Target | None:
    """Return what a path names, None if it is nothing that is served."""
    parts = path.strip("/").split("/")
    root, rest = (parts[:2], parts[2:]) if parts[0] == "api" else (parts[:3], parts[3:])
    namespace, rest = (rest[1], rest[2:]) if rest[:1] == ["namespaces"] and len(rest) > 2 else ("", rest)
    kind = SERVED.get("/".join(["", *root, *rest[:1]]))
    return Target(kind, namespace, *[*rest[1:], "", ""][:2]) if kind else None


def created(kind: Kind, body: dict[str, Any], namespace: str, known: Any, version: int) -> dict[str, Any]:
    """Return an object as it is after an apply: its manager owns all that it wants, and it is as it shall be."""
    metadata = {key: value for key, value in body["metadata"].items() if key != "resourceVersion"}
    fields: dict[str, Any] = {f"f:{key}": {} for key in body if key not in {"apiVersion", "kind", "metadata"}}
    ours: dict[str, Any] = {f"f:{key}": {} for key in metadata if key not in {"name", "namespace", "uid"}}
    fields["f:metadata"] = ours
    entry = {"manager": FIELD_MANAGER, "operation": "Apply", "apiVersion": kind.api_version, "fieldsV1": fields}
    metadata |= {"namespace": namespace, "uid": f"uid-{version}", "generation": 1, "managedFields": [entry]}
    metadata["creationTimestamp"] = "2026-01-01T00:00:00Z"
    if known:
        metadata["uid"] = known["metadata"]["uid"]
    live = {**body, "kind": kind.kind, "apiVersion": kind.api_version, "metadata": metadata}
    if kind.kind in STATUS:
        live["status"] = STATUS[kind.kind]
    if kind.kind == "Service":
        live["spec"] = {"clusterIP": f"10.{version >> 16 & 255}.{version >> 8 & 255}.{version & 255}", **body["spec"]}
        fields["f:spec"] = {f"f:{key}": {} for key in body["spec"]}
    return live


def answer(text: bytes) -> web.Response:
    return web.Response(body=text, content_type="application/json")


def failure(code: int, reason: str) -> web.Response:
    return web.json_response({"kind": "Status", "status": "Failure", "reason": reason, "code": code}, status=code)


async def serve(file: Path) -> None:
    runner = web.ServerRunner(web.Server(Server().handle))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    address: tuple[str, int] = runner.addresses[0]
    cluster = {"name": "scripted", "cluster": {"server": f"http://127.0.0.1:{address[1]}"}}
    users = [{"name": "scripted", "user": {"token": "none"}}]
    context = {"name": "scripted", "context": {"cluster": "scripted", "user": "scripted"}}
    document = {"apiVersion": "v1", "kind": "Config", "clusters": [cluster], "users": users, "contexts": [context]}
    unfinished = file.with_suffix(".unfinished")
    unfinished.write_text(json.dumps({**document, "current-context": "scripted"}))
    unfinished.rename(file)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
