"""Which mounts become PersistentVolumeClaims, who uses each, and what that asks of the claim."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

READ_WRITE_ONCE = "ReadWriteOnce"
READ_WRITE_MANY = "ReadWriteMany"


@dataclass(frozen=True, slots=True)
class ClaimUse:
    """One workload that mounts a claim: with how many pods (None: one on every node), and whether it writes."""

    service: str
    pods: int | None
    writes: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of this stack, or an existing one (`external`).

    `volume` is what Compose calls it: the key of a named volume, the path of a bind mount (`./data`), or service and
    target of an anonymous volume. `declared`: it is a named one, so the section `volumes` answers for the object.
    `label` is the same as a DNS label, unique within the stack. With `colocated`, all pods that mount it have to be on
    one node.
    """

    volume: str
    label: str
    name: str
    access_mode: str
    colocated: bool = False
    external: bool = False
    retained: bool = True
    declared: bool = True


def access(uses: Iterable[ClaimUse], wanted: str | None, *, shareable: bool) -> tuple[str, bool]:
    """Return the access mode of a claim and whether its pods have to share a node.

    One pod needs no sharing. Several do: through ReadWriteMany if the class is known to offer it (`shareable`) or the
    stack says so (`wanted`), else by running on one node, as with Docker, which works with every class.
    """
    users = list(uses)
    several = len({use.service for use in users}) > 1 or any(use.pods is None or use.pods > 1 for use in users)
    mode = wanted or (READ_WRITE_MANY if several and shareable else READ_WRITE_ONCE)
    return mode, several and mode != READ_WRITE_MANY
