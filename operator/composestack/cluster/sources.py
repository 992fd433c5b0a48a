"""ConfigMaps and Secrets that stacks use as sources: which content is the present one. Keeps digests, never contents.

One watch a kind tells that an object has changed, whichever stack uses it and however many do. It follows metadata
alone (Kubernetes docs, API Concepts, Metadata-only fetches), so no content that nobody uses gets here, and only while
some stack uses that kind. What an object contains is read when a stack is rendered from it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from composestack.cluster import apply
from composestack.cluster.children import Name, OnChange
from composestack.cluster.client import Client
from composestack.cluster.watch import MetadataReflector
from composestack.kinds import KINDS, Ref
from composestack.reconcile.port import StackKey
from composestack.reconcile.sources import ABSENT, KINDS_READ, content_digest
from composestack.translate.names import label_value
from composestack.translate.plan import Manifest


class Sources:
    """What stacks use. `run` keeps it fresh."""

    def __init__(self, client: Client, namespaces: Sequence[str], on_change: OnChange) -> None:
        """Watch these namespaces, or all if there are none."""
        self._client = client
        self._namespaces = namespaces or (None,)
        self._objects = {kind: Objects(on_change) for kind in KINDS_READ}
        self._used: dict[StackKey, tuple[Ref, ...]] = {}
        self._group: asyncio.TaskGroup | None = None
        self._watches: dict[str, dict[MetadataReflector, asyncio.Task[None]]] = defaultdict(dict)

    def use(self, key: StackKey, refs: tuple[Ref, ...]) -> None:
        """Take in which objects a stack uses from now on."""
        before = self._used.get(key, ())
        if refs == before:
            return
        self._used[key] = refs
        if not refs:
            del self._used[key]
        for ref in set(refs) - set(before):
            self._objects[ref.kind].add((key.namespace, ref.name), key)
        for ref in set(before) - set(refs):
            self._objects[ref.kind].discard((key.namespace, ref.name), key)
        self._adjust()

    def digests(self, key: StackKey) -> Mapping[Ref, str]:
        """Return the digests of what a stack uses, without those whose present content nobody has read yet."""
        found = {ref: self._objects[ref.kind].digest((key.namespace, ref.name)) for ref in self._used.get(key, ())}
        return {ref: digest for ref, digest in found.items() if digest}

    async def read(self, namespace: str, ref: Ref) -> Manifest | None:
        """Read an object, or None if there is none. Raises Rejected, and what Client.call raises."""
        objects, name = self._objects[ref.kind], (namespace, ref.name)
        before = objects.version(name)
        live = await apply.get(self._client, ref, namespace)
        objects.learn(name, live, since=before)
        return live

    async def run(self) -> None:
        """Watch what is used, for ever."""
        try:
            async with asyncio.TaskGroup() as self._group:
                self._adjust()
                await asyncio.get_running_loop().create_future()
        finally:
            self._group = None

    @property
    def age(self) -> float:
        """Seconds since the watch that has been silent longest heard the API server, or tried to."""
        return max((watch.age for watches in self._watches.values() for watch in watches), default=0.0)

    def _adjust(self) -> None:
        """Begin and end watches: there is one, in each namespace that is served, for a kind that is used."""
        if self._group is None:
            return
        for name, objects in self._objects.items():
            watches = self._watches[name]
            if objects and not watches:
                for namespace in self._namespaces:
                    watch = MetadataReflector(self._client, KINDS[name], namespace, "", objects)
                    watches[watch] = self._group.create_task(watch.run(), name=f"watch metadata of {watch}")
            elif watches and not objects:
                for task in watches.values():
                    task.cancel()
                watches.clear()


@dataclass(slots=True)
class _Object:
    """An object that stacks use. `digest` is that of its content at `version`; empty: nobody has read that yet."""

    users: set[StackKey] = field(default_factory=set)
    version: int = 0
    digest: str = ""


class Objects:
    """The objects of one kind that stacks use. A reflector tells of changes; see watch.Sink for what it calls."""

    def __init__(self, on_change: OnChange) -> None:
        self._on_change = on_change
        self._objects: dict[Name, _Object] = {}

    def __len__(self) -> int:
        return len(self._objects)

    def add(self, name: Name, user: StackKey) -> None:
        """Take in that a stack uses an object."""
        self._objects.setdefault(name, _Object()).users.add(user)

    def discard(self, name: Name, user: StackKey) -> None:
        """Take in that a stack uses an object no longer. Of one that nobody uses nothing is kept."""
        users = self._objects[name].users
        users.discard(user)
        if not users:
            del self._objects[name]

    def digest(self, name: Name) -> str:
        """Return the digest of what an object contains now, or an empty string if nobody has read that."""
        return self._objects[name].digest

    def version(self, name: Name) -> int:
        """Return the last version that is known of an object, 0 for one that nobody uses."""
        return self._objects[name].version if name in self._objects else 0

    def learn(self, name: Name, live: Manifest | None, *, since: int) -> None:
        """Take in what was read. `since` is the version that was known before: None says nothing about a later one."""
        known = self._objects.get(name)
        if known is None:
            return
        version = since if live is None else int(live["metadata"]["resourceVersion"])
        if version >= known.version:
            known.version, known.digest = version, content_digest(live)

    def put(self, live: Manifest) -> None:
        """Take in the metadata of an object that is there. Nobody knows what it contains, if it is a new version."""
        metadata = live["metadata"]
        self._changed((metadata["namespace"], metadata["name"]), int(metadata["resourceVersion"]), "")

    def drop(self, live: Manifest) -> None:
        """Take in that an object is gone. `live` is its last state."""
        metadata = live["metadata"]
        self._changed((metadata["namespace"], metadata["name"]), int(metadata["resourceVersion"]), ABSENT)

    def sweep(self, namespace: str | None, present: Collection[Name], version: int) -> None:
        """Take in a complete list, of one namespace or of all: what it does not have is gone."""
        for name in [name for name in self._objects if name not in present and namespace in {None, name[0]}]:
            self._changed(name, version, ABSENT)

    def _changed(self, name: Name, version: int, digest: str) -> None:
        known = self._objects.get(name)
        if known is None or version <= known.version:
            return
        news = digest != ABSENT or known.digest != ABSENT
        known.version, known.digest = version, digest
        if news:
            for user in known.users:
                self._on_change(StackKey(user.namespace, label_value(user.name)))
