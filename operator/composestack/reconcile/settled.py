"""Whether a stack needs a look at all. A settled stack costs no call, not even after a restart.

The row is what the operator remembers of a ComposeStack: no body, a few hundred bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from composestack.api.conditions import READY
from composestack.api.reasons import Reason
from composestack.kinds import Ref
from composestack.reconcile.port import Child, Live, Phase
from composestack.reconcile.sources import used, with_sources
from composestack.reconcile.status import RECONCILE_REQUESTED
from composestack.translate.bindings import holds

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Desire:
    """What somebody wants of a stack. Any change of it calls for a reconcile.

    `revision` is the digest of all that its objects are made from but sources (see render.py), `requested` the value of
    the annotation that asks for a reconcile.
    """

    uid: str
    generation: int
    revision: str
    requested: str
    deleting: bool
    suspended: bool


@dataclass(frozen=True, slots=True)
class StackRow:
    """A row for one ComposeStack: what is wanted, and what its status says is done.

    `sources` are the ConfigMaps and Secrets that it uses; `ready` says that its condition Ready is True, `suspended`
    that its reason is that, both for this generation; `inventory` has a line `Kind/name hash` for every object.
    `version` is the resource version, which alone is no difference.
    """

    desire: Desire
    sources: tuple[Ref, ...]
    ready: bool
    suspended: bool
    applied_revision: str
    handled: str
    inventory: str
    version: int = field(compare=False)


def stack_row(body: Body, revision: str) -> StackRow:
    """Return the row of a ComposeStack. `revision` is that of its spec under this operator's policy and version."""
    metadata, spec, status = body["metadata"], body.get("spec", {}), body.get("status", {})
    generation = metadata["generation"]
    observed = status.get("observedGeneration") == generation
    conditions: Sequence[Body] = status.get("conditions", ()) if observed else ()
    ready: Body = next((condition for condition in conditions if condition.get("type") == READY), {})
    desire = Desire(
        uid=metadata["uid"],
        generation=generation,
        revision=revision,
        requested=metadata.get("annotations", {}).get(RECONCILE_REQUESTED, ""),
        deleting="deletionTimestamp" in metadata,
        suspended=bool(spec.get("suspend")),
    )
    return StackRow(
        desire=desire,
        sources=used(spec),
        ready=ready.get("status") == "True",
        suspended=ready.get("reason") == Reason.SUSPENDED,
        applied_revision=status.get("lastAppliedRevision", ""),
        handled=status.get("lastHandledReconcileAt", ""),
        inventory="\n".join(f"{entry.get('id')} {entry.get('hash')}" for entry in status.get("inventory", ())),
        version=int(metadata["resourceVersion"]),
    )


def settled(row: StackRow, live: Live) -> bool:
    """Tell whether the stack is as wanted and its status says so, judged by the row and by what lives alone."""
    desire = row.desire
    if desire.deleting:
        return True
    if desire.requested != row.handled or desire.suspended != row.suspended:
        return False
    if desire.suspended:
        return True
    return row.ready and _current(row, live) and _complete(row, live)


def _current(row: StackRow, live: Live) -> bool:
    """Tell whether what was applied is made from the present spec and sources. A source not known yet fits nothing."""
    digests = {ref: live.sources.get(ref, "") for ref in row.sources}
    return with_sources(row.desire.revision, digests) == row.applied_revision


def _complete(row: StackRow, live: Live) -> bool:
    """Tell whether the children are those of the inventory, all of them, unchanged, healthy, and with the addresses of
    today's Services.
    """
    inventory = dict(line.split(" ", 1) for line in row.inventory.splitlines())
    children = {str(ref): child for ref, child in live.children.items()}
    owned = {id_ for id_, child in children.items() if child.owner_uid == row.desire.uid}
    if not owned <= inventory.keys():
        return False
    if not all(holds(child.bound, live.addresses) for child in children.values() if child.bound):
        return False
    return all(id_ in children and _as_meant(children[id_], hash_, row) for id_, hash_ in inventory.items())


def _as_meant(child: Child, hash_: str, row: StackRow) -> bool:
    return (
        child.meant == child.actual == hash_
        and child.health.phase is Phase.CURRENT
        and child.owner_uid in {row.desire.uid, ""}
    )
