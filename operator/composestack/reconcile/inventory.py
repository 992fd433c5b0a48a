"""What to write and what to remove: the difference between a plan and the live children of a stack."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from composestack.kinds import KINDS, Ref
from composestack.reconcile.port import Child
from composestack.translate.labels import DIGEST
from composestack.translate.plan import Manifest, Plan

DATA = frozenset({"PersistentVolumeClaim"})
"""Kinds that hold data. They are never deleted to be replaced, and never pruned: `docker compose up` does not remove a
volume either.
"""

MOUNTED = frozenset({"ConfigMap", "Secret"})
"""Kinds that pods of the previous template still mount while a rollout is on."""

ORDER = {kind: index for index, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Difference:
    """`apply`: manifests to apply, with the child as last seen; `delete`: children to delete, in order.

    `foreign`: objects of an earlier stack of this name that wait for the garbage collector. Nothing can be done before
    they are gone.
    """

    apply: tuple[tuple[Manifest, Child | None], ...]
    delete: tuple[Child, ...]
    foreign: tuple[Ref, ...]


def difference(
    plan: Plan, children: Mapping[Ref, Child], *, uid: str, withheld: Collection[Ref], rolled_out: bool
) -> Difference:
    """Compare the plan with what lives.

    `withheld` are objects that are left as they are, there or not: workloads whose gate is shut. `rolled_out` says that
    no rollout is on, so that ConfigMaps and Secrets that the plan no longer has can go. A workload that lacks an
    address is left as it is. An object that is as it should be appears nowhere: it costs no call.
    """
    wanted = {Ref(manifest["kind"], manifest["metadata"]["name"]): manifest for manifest in plan.manifests}
    retained = {Ref("PersistentVolumeClaim", volume.claim) for volume in plan.volumes if volume.retained}
    apply: list[tuple[Manifest, Child | None]] = []
    unbound = {binding.workload for binding in plan.bindings}
    delete: list[Child] = []
    foreign: list[Ref] = []
    for ref, manifest in wanted.items():
        child = children.get(ref)
        if child is not None and child.owner_uid not in {uid, ""}:
            foreign.append(ref)
        elif ref in unbound or ref in withheld:
            continue
        elif child is None:
            apply.append((manifest, None))
        elif replaced(child, manifest):
            delete.append(child)
        elif not as_meant(child, manifest, owner="" if ref in retained else uid):
            apply.append((manifest, child))
    surplus = [
        child
        for ref, child in children.items()
        if ref not in wanted and ref not in withheld and prunable(child, uid=uid, rolled_out=rolled_out)
    ]
    delete += sorted(surplus, key=lambda child: (-ORDER[child.ref.kind], child.ref.name))
    return Difference(tuple(apply), tuple(delete), tuple(foreign))


def replaced(child: Child, manifest: Manifest) -> bool:
    """Tell whether a child must be deleted, to be created anew when it is gone, because it cannot be changed.

    A Job runs once, as it was when it was created. A Service keeps its cluster IP, or that it has none, for life.
    """
    if child.ref.kind == "Job":
        return child.meant != str(manifest["metadata"]["annotations"][DIGEST])
    if child.ref.kind == "Service":
        headless = str(manifest["spec"].get("clusterIP", ""))
        return "None" in {child.address, headless} and child.address != headless
    return False


def as_meant(child: Child, manifest: Manifest, *, owner: str) -> bool:
    """Tell whether a child is as its manifest means it, and owned as it should be."""
    return child.meant == child.actual == manifest["metadata"]["annotations"][DIGEST] and child.owner_uid == owner


def prunable(child: Child, *, uid: str, rolled_out: bool) -> bool:
    """Tell whether a child that the plan does not have can be deleted: only this stack's own, never data, mounted files
    last.
    """
    if child.owner_uid != uid or child.ref.kind in DATA:
        return False
    return rolled_out or child.ref.kind not in MOUNTED
