"""Others who keep changing what we wrote: it is put back, but less and less often, and said so. Pure.

Somebody who has edited an object by hand is corrected at once, a few times. Somebody who insists, such as another
controller, would otherwise keep both sides at work for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from composestack.kinds import Ref
from composestack.reconcile.inventory import Difference
from composestack.reconcile.port import Child, Rival
from composestack.translate.labels import DIGEST
from composestack.translate.plan import Manifest

PATIENCE = 3
"""Times that an object is put back until that is called a dispute."""

FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0
"""Seconds for which a disputed object is left as it is after it was put back: doubled each time."""

FORGOTTEN = 600.0
"""Seconds after which a repair no longer counts."""

REMEMBERED = 10_000
"""Objects that are remembered at most. The one that was put back longest ago is forgotten first."""


Repair = tuple[Manifest, Child]
"""A manifest, and the object that somebody has changed."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """An object that was put back `repairs` times, for the last time at `since`, and who the others are, if known."""

    ref: Ref
    repairs: int
    since: float
    rivals: tuple[Rival, ...] = ()

    @property
    def until(self) -> float:
        """When the object will be put back again if it must."""
        if self.repairs < PATIENCE:
            return self.since
        return self.since + min(FIRST_PAUSE * 2.0 ** min(self.repairs - PATIENCE, 16), LONGEST_PAUSE)


class Disputes:
    """What was put back lately, by the uid of the object. Times are seconds of one clock."""

    def __init__(self) -> None:
        self._known: dict[str, Dispute] = {}

    def open(self, children: Iterable[Child], now: float) -> list[Dispute]:
        """Return the disputes about these objects that are not over."""
        known = (self._known.get(child.uid) for child in children)
        return [dispute for dispute in known if dispute is not None and now < dispute.until]

    def admit(self, todo: Difference, now: float) -> Difference:
        """Return what may be done now: disputed objects are left as they are for a while, unless the plan changed."""
        paused = {dispute.ref for dispute in self.open((child for _, child in repairs(todo)), now)}
        return replace(todo, apply=tuple(each for each in todo.apply if each[1] is None or each[1].ref not in paused))

    def suspects(self, todo: Difference, now: float) -> list[Repair]:
        """Return what is to be put back once too often: time to ask who the others are."""
        return [repair for repair in repairs(todo) if self._next(repair[1], now).repairs >= PATIENCE]

    def settle(self, todo: Difference, rivals: Mapping[Ref, Sequence[Rival]], now: float) -> None:
        """Take in that all of this has been put back."""
        for _, child in repairs(todo):
            following = self._next(child, now)
            found = tuple(rivals.get(child.ref, ())) or following.rivals
            self._known.pop(child.uid, None)
            self._known[child.uid] = replace(following, rivals=found)
            if len(self._known) > REMEMBERED:
                del self._known[next(iter(self._known))]

    def _next(self, child: Child, now: float) -> Dispute:
        known = self._known.get(child.uid)
        if known is None or now - known.until > FORGOTTEN:
            return Dispute(child.ref, 1, now)
        return replace(known, repairs=known.repairs + 1, since=now)


def repairs(todo: Difference) -> list[Repair]:
    """Return the objects that somebody has changed since they were applied as the plan means them."""
    return [
        (manifest, child)
        for manifest, child in todo.apply
        if child is not None and child.meant == manifest["metadata"]["annotations"][DIGEST] != child.actual
    ]
