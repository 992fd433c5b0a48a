"""Writing what differs: wave by wave, as the account of the stack, and nothing half done after a conflict."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from composestack.api.v1alpha1 import API_VERSION, KIND
from composestack.kinds import KINDS, Ref
from composestack.reconcile.disputes import Repair
from composestack.reconcile.inventory import DATA, Difference
from composestack.reconcile.port import Child, Cluster, NameConflict, Rival
from composestack.reconcile.turn import Turn
from composestack.reconcile.verdicts import worst
from composestack.translate.plan import Manifest, Plan

AT_ONCE = 8
"""Requests of one stack that are under way at a time. All stacks share those that the API server takes, first come
first served, so a large one must not ask for all of them.
"""

WAVES = sorted({kind.wave for kind in KINDS.values()})

Change = tuple[Manifest, Child | None]
"""A manifest, and the object as last seen that it is applied to."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the objects of a stack in one of its turns."""

    cluster: Cluster
    turn: Turn

    async def write(self, todo: Difference, plan: Plan) -> None:
        """Apply, then delete. A conflict takes back what this turn has created, so nothing is left. Raises the worst of
        all errors.
        """
        retained = {volume.claim for volume in plan.volumes if volume.retained}
        created: list[Child] = []
        for batch in batches(todo.apply, self.turn.memory.conflict):
            created += await self._apply(batch, retained, created)
        for child in todo.delete:
            await self.cluster.delete(child, self.turn.user)

    async def rivals(self, repairs: Sequence[Repair]) -> dict[Ref, tuple[Rival, ...]]:
        """Ask of each object who else holds fields of it."""
        slots = asyncio.Semaphore(AT_ONCE)

        async def ask(manifest: Manifest) -> tuple[Rival, ...]:
            async with slots:
                return await self.cluster.rivals(manifest, self.turn.key.namespace, self.turn.user)

        found = await asyncio.gather(*(ask(manifest) for manifest, _ in repairs))
        return {child.ref: others for (_, child), others in zip(repairs, found, strict=True)}

    async def _apply(self, batch: Sequence[Change], retained: Collection[str], created: Sequence[Child]) -> list[Child]:
        """Apply at once, and return what did not exist before; `created` did not when the turn began either."""
        memory, metadata, slots = self.turn.memory, self.turn.stack.metadata, asyncio.Semaphore(AT_ONCE)

        async def apply(manifest: Manifest, known: Child | None) -> Child:
            async with slots:
                return await self.cluster.apply(owned(manifest, metadata, retained), known, self.turn.user)

        results = await asyncio.gather(*(apply(*change) for change in batch), return_exceptions=True)
        new = [
            result
            for (_, known), result in zip(batch, results, strict=True)
            if known is None and isinstance(result, Child)
        ]
        errors = [result for result in results if isinstance(result, BaseException)]
        memory.conflict = next((error.ref for error in errors if isinstance(error, NameConflict)), None)
        if memory.conflict:
            undone = (child for child in (*created, *new) if child.ref.kind not in DATA)
            await asyncio.gather(*(self.cluster.delete(child, self.turn.user) for child in undone))
        if errors:
            raise worst(errors)
        return new


def batches(changes: Sequence[Change], conflict: Ref | None) -> Iterator[list[Change]]:
    """Yield what can be applied at once, wave by wave.

    An object that was another's the last time comes alone and first: while it is, nothing else is created to be taken
    back, so a conflict that lasts costs one call a try.
    """
    disputed = [change for change in changes if _ref(change[0]) == conflict]
    yield disputed
    for wave in WAVES:
        yield [change for change in changes if KINDS[change[0]["kind"]].wave == wave and change not in disputed]


def owned(manifest: Manifest, stack: Mapping[str, Any], retained: Collection[str]) -> Manifest:
    """Return the manifest with what only a cluster can give: its namespace and, unless it is retained, its owner.

    `stack` are the metadata of that.
    """
    metadata = {**manifest["metadata"], "namespace": stack["namespace"]}
    if manifest["kind"] not in DATA or metadata["name"] not in retained:
        metadata["ownerReferences"] = [owner_reference(stack)]
    return {**manifest, "metadata": metadata}


def owner_reference(stack: Mapping[str, Any]) -> dict[str, Any]:
    """Return the reference that makes the garbage collector remove an object together with its stack."""
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "name": stack["name"],
        "uid": stack["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def _ref(manifest: Manifest) -> Ref:
    return Ref(manifest["kind"], manifest["metadata"]["name"])
