"""A cluster that records what is asked of it. It imitates no server-side apply: what was applied exists, as meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from composestack.kinds import KINDS, Ref
from composestack.reconcile.port import Child, Event, Health, Live, Phase, Pod, Rival, StackKey
from composestack.reconcile.sources import content_digest
from composestack.translate.labels import DIGEST
from composestack.translate.plan import Manifest
from composestack.translate.stamps import stamps
from tests.unit.reconcile.rows import MOVING


class RecordingCluster:
    def __init__(self, body: dict[str, Any] | None) -> None:
        self.body = body
        self.newest: dict[str, Any] | None = None
        self.users: set[str] = set()
        self.lines: dict[str, str] = {}
        self.applied: list[Ref] = []
        self.manifests: dict[Ref, Manifest] = {}
        self.deleted: list[Ref] = []
        self.statuses: list[Mapping[str, Any]] = []
        self.events: list[Event] = []
        self.errors: dict[Ref, Exception] = {}
        self.children: dict[Ref, Child] = {}
        self.pods: list[Pod] = []
        self.sources: dict[Ref, Manifest] = {}
        self.read: list[Ref] = []
        self.digests: dict[Ref, str] = {}
        self.others: tuple[Rival, ...] = ()

    def meanwhile(self) -> None:
        """What happens in the cluster while an object is being deleted."""

    def live(self, key: StackKey) -> Live:
        return Live(dict(self.children), list(self.pods), dict(self.digests))

    async def source(self, key: StackKey, ref: Ref) -> Manifest | None:
        self.read.append(ref)
        if ref in self.errors:
            raise self.errors[ref]
        if ref in self.children:
            return self.manifests[ref]
        self.digests[ref] = content_digest(self.sources.get(ref))
        return self.sources.get(ref)

    def change_source(self, ref: Ref, source: Manifest | None) -> None:
        """Change an object that the stack uses; nobody knows its content until it is read again."""
        self.sources.pop(ref, None)
        if source is not None:
            self.sources[ref] = source
        self.digests.pop(ref, None)

    async def stack(self, key: StackKey, *, fresh: bool = False) -> Mapping[str, Any] | None:
        return self.newest if fresh and self.newest is not None else self.body

    async def apply(self, manifest: Manifest, known: Child | None, user: str = "") -> Child:
        self.users.add(user)
        ref = Ref(manifest["kind"], manifest["metadata"]["name"])
        if ref in self.errors:
            raise self.errors[ref]
        self.applied.append(ref)
        self.manifests[ref] = manifest
        owners = manifest["metadata"].get("ownerReferences", [])
        digest = manifest["metadata"]["annotations"][DIGEST]
        self.children[ref] = Child(
            ref=ref,
            namespace=manifest["metadata"]["namespace"],
            uid=f"uid-of-{ref}",
            resource_version="1",
            stack="shop",
            owner_uid=owners[0]["uid"] if owners else "",
            meant=digest,
            actual=digest,
            health=MOVING if KINDS[ref.kind].workload else Health(Phase.CURRENT),
            address=manifest["spec"].get("clusterIP", "10.0.0.1") if ref.kind == "Service" else "",
            stamps=",".join(f"{key}={value}" for key, value in stamps(manifest).items()),
        )
        return self.children[ref]

    async def rivals(self, manifest: Manifest, namespace: str, user: str = "") -> tuple[Rival, ...]:
        return self.others

    async def delete(self, child: Child, user: str = "") -> None:
        self.users.add(user)
        self.deleted.append(child.ref)
        self.meanwhile()
        self.children.pop(child.ref, None)

    async def write_status(self, key: StackKey, uid: str, status: Mapping[str, Any]) -> None:
        self.statuses.append(status)
        assert self.body is not None
        self.body["status"] = status

    async def last_line(self, key: StackKey, pod: Pod) -> str:
        return self.lines.get(pod.name, "")

    async def emit(self, key: StackKey, uid: str, event: Event) -> None:
        self.events.append(event)

    def become_ready(self) -> None:
        for ref, child in self.children.items():
            if KINDS[ref.kind].workload:
                self.children[ref] = replace(child, health=Health(Phase.CURRENT, 1, 1))

    @property
    def ready(self) -> Mapping[str, Any]:
        """The condition Ready of the last status."""
        found: Mapping[str, Any] = self.statuses[-1]["conditions"][0]
        return found
