"""The cluster, as the reconciler sees it: the port of reconcile/port.py on a real API server."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from composestack.api.v1alpha1 import GROUP, KIND, PLURAL, VERSION
from composestack.cluster import apply
from composestack.cluster.children import Children, OnChange
from composestack.cluster.client import JSON_PATCH, ApiError, Client, Request
from composestack.cluster.events import Recorder
from composestack.cluster.logs import Logs
from composestack.cluster.sources import Sources
from composestack.cluster.stacks import Stacks
from composestack.cluster.watch import Reflector, Sink
from composestack.kinds import KINDS, Kind, Ref
from composestack.reconcile.port import Child, Event, Live, Pod, Rival, StackKey
from composestack.reconcile.sources import KINDS_READ
from composestack.translate.labels import STACK
from composestack.translate.plan import Manifest

STATUS_MANAGER = "composestack-status"
"""The field manager of the status: another one than that of the children, so that nobody confuses the two."""

STACKS = Kind(KIND, GROUP, VERSION, PLURAL, wave=0)
CRD_SECONDS = 2.0
"""Seconds between two looks for the CustomResourceDefinition."""

log = logging.getLogger(__name__)

PODS = Kind("Pod", "", "v1", "pods", wave=0)

WATCHES = len(KINDS) + 1 + len(KINDS_READ)
"""Watches in each namespace, or in all of them together, at most."""


class KubernetesCluster:
    """Implements `reconcile.port.Cluster`. `run` keeps the rows fresh; await `ready` before the first decision.

    `stack_written` is told of each ComposeStack as our status write left it.
    """

    def __init__(
        self, client: Client, namespaces: Sequence[str], on_change: OnChange, *, read_logs: bool = False
    ) -> None:
        """Watch these namespaces, or all if there are none. `read_logs`: what crashed containers said may be shown."""
        self._client = client
        self._logs = Logs(client) if read_logs else None
        self._children = Children(on_change)
        self._sources = Sources(client, namespaces, on_change)
        self._stacks = Stacks()
        self.stack_written: Callable[[Mapping[str, Any]], None] = lambda _body: None
        self._recorder = Recorder(client)
        sinks: list[tuple[Kind, Sink]] = [(KINDS[name], rows) for name, rows in self._children.kinds.items()]
        sinks.append((PODS, self._children.pods))
        watches = [
            (kind, Reflector(client, kind, namespace, STACK, sink))
            for kind, sink in sinks
            for namespace in (namespaces or (None,))
        ]
        self._reflectors = [reflector for _, reflector in watches]
        self._optional: dict[str, list[Reflector]] = {}
        for kind, reflector in watches:
            if kind.source:
                self._optional.setdefault(kind.kind, []).append(reflector)

    async def run(self) -> None:
        """Watch for ever."""
        async with asyncio.TaskGroup() as group:
            for reflector in self._reflectors:
                group.create_task(reflector.run(), name=f"watch {reflector}")
            group.create_task(self._sources.run(), name="watch sources")

    async def ready(self) -> None:
        """Wait until ComposeStacks are served, and everything that lives has been seen."""
        for reflector in self._reflectors:
            await reflector.synced.wait()
        while not await self._serves_stacks():
            log.warning("the CustomResourceDefinition of ComposeStack is not installed")
            await asyncio.sleep(CRD_SECONDS)

    @property
    def is_synced(self) -> bool:
        """Whether everything that lives has been seen."""
        return all(reflector.synced.is_set() for reflector in self._reflectors)

    @property
    def age(self) -> float:
        """Seconds since the watch that has been silent longest heard the API server, or tried to."""
        return max(*(reflector.age for reflector in self._reflectors), self._sources.age)

    def count(self, kind: str) -> int:
        """Return how many objects of a kind there are that bear the label of a stack."""
        return len(self._children.kinds[kind])

    def live(self, key: StackKey) -> Live:
        """Return the objects and pods with the label of this stack, and the digests of its sources: no call."""
        return replace(self._children.live(key), sources=self._sources.digests(key))

    def use(self, key: StackKey, sources: tuple[Ref, ...]) -> None:
        """Take in which ConfigMaps and Secrets a stack uses from now on. When one changes, that is a change of the
        stack.
        """
        self._sources.use(key, sources)

    def saw(self, body: Mapping[str, Any], *, keep: bool) -> None:
        """Take in a ComposeStack as a watch shows it; `keep` says that it will be worked on."""
        if keep:
            self._stacks.keep(body)
        else:
            self._stacks.refresh(body)

    def release(self, key: StackKey) -> None:
        """Take in that a stack is not worked on for now."""
        self._stacks.drop(key)

    async def _serves_stacks(self) -> bool:
        try:
            await self._client.call(Request("GET", f"/apis/{GROUP}/{VERSION}"))
        except ApiError as error:
            if error.status == 404:
                return False
            raise
        return True

    async def stack(self, key: StackKey, *, fresh: bool = False) -> Mapping[str, Any] | None:
        """Return the ComposeStack, or None if it is gone. Unless it shall be `fresh`: no call if a watch, or our own
        write, showed it lately.
        """
        if not fresh and (kept := self._stacks.get(key)) is not None:
            return kept
        try:
            stack: Mapping[str, Any] = await self._client.call(Request("GET", STACKS.path(key.namespace, key.name)))
        except ApiError as error:
            if error.status == 404:
                self._stacks.drop(key)
                return None
            raise
        self._stacks.keep(stack)
        return stack

    async def source(self, key: StackKey, ref: Ref) -> Manifest | None:
        """Read a ConfigMap or Secret beside the stack, or None if there is none."""
        return await self._sources.read(key.namespace, ref)

    async def apply(self, manifest: Manifest, known: Child | None, user: str = "") -> Child:
        """Apply and return the child as it is now. See apply.py for what is raised."""
        live = await apply.apply(self._client, manifest, known, user)
        for reflector in self._optional.get(manifest["kind"], ()):
            reflector.want()
        return self._children.written(live)

    async def rivals(self, manifest: Manifest, namespace: str, user: str = "") -> tuple[Rival, ...]:
        """Ask who else holds fields of a manifest, at values that `apply` would change."""
        return await apply.rivals(self._client, manifest, namespace, user)

    async def delete(self, child: Child, user: str = "") -> None:
        """Delete exactly this object; a vanished one is fine."""
        lingering = await apply.delete(self._client, child, user)
        if lingering is not None:
            self._children.seen(lingering)
        else:
            self._children.gone(child)

    async def write_status(self, key: StackKey, uid: str, status: Mapping[str, Any]) -> None:
        """Replace the status of the stack with this uid, as long as it has the generation that the status observed; a
        vanished or changed stack is fine.

        A JSON patch, because the status subresource ignores the `uid` of a server-side apply: `test` compares it in the
        same transaction.
        """
        patch = [
            {"op": "test", "path": "/metadata/uid", "value": uid},
            {"op": "test", "path": "/metadata/generation", "value": status["observedGeneration"]},
            {"op": "add", "path": "/status", "value": status},
        ]
        path = f"{STACKS.path(key.namespace, key.name)}/status"
        try:
            query = {"fieldManager": STATUS_MANAGER}
            written = await self._client.call(Request("PATCH", path, patch, query, JSON_PATCH))
        except ApiError as error:
            self._stacks.drop(key)
            tested = error.status == 422 and not error.details.get("causes")  # an invalid status has causes
            if error.status != 404 and not tested:
                raise apply.rejected(Ref(KIND, key.name), error) from error
        else:
            self._stacks.refresh(written)
            self.stack_written(written)

    async def last_line(self, key: StackKey, pod: Pod) -> str:
        """Return the last line that a crashed container wrote, if it shall be shown. Never fails."""
        return await self._logs.last_line(key.namespace, pod) if self._logs else ""

    async def emit(self, key: StackKey, uid: str, event: Event) -> None:
        """Record a Kubernetes Event on the stack. Never fails."""
        await self._recorder.emit(key, uid, event)
