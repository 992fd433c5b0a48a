"""What the reconciler asks of a cluster, and the rows it gets to see. The package `cluster` implements it; the
decisions only know this page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from composestack.kinds import Ref
from composestack.translate.lookup import lookup
from composestack.translate.plan import Manifest

HEADLESS = "None"
"""The `clusterIP` of a Service without an address (Kubernetes documentation, "Headless Services")."""


class StackKey(NamedTuple):
    """Namespace and name of a ComposeStack."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


class Phase(StrEnum):
    """How far an object is, in the words of kstatus (sigs.k8s.io/cli-utils, pkg/kstatus)."""

    CURRENT = "Current"
    IN_PROGRESS = "InProgress"
    FAILED = "Failed"
    TERMINATING = "Terminating"


@dataclass(frozen=True, slots=True)
class Health:
    """What an object's own status says. `ready` and `desired` count pods (workloads only; a Job counts completions)."""

    phase: Phase
    ready: int = 0
    desired: int = 0
    reason: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Child:
    """A row for one live object that bears the stack label. The body is never kept.

    `meant` is the digest annotation, `actual` the digest of what our field manager owns of the live object: if both
    equal the plan's digest, the object is as it should be. `owner_uid` is the uid of the controlling ComposeStack, ""
    if there is none. `address` is the cluster IP of a Service, "None" for a headless one; other kinds have none ("").
    `bound` are the addresses that went into a workload (annotation ADDRESSES), `stamps` what its pods are restarted
    with, as `key=digest` with commas between (annotations DEPENDENCY).
    """

    ref: Ref
    namespace: str
    uid: str
    resource_version: str
    stack: str
    owner_uid: str
    meant: str
    actual: str
    health: Health
    address: str = ""
    bound: str = ""
    stamps: str = ""


class Member(NamedTuple):
    """What a row says of one container of a pod that has several: each runs another service."""

    name: str
    started: bool
    ready: bool
    reason: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Pod:
    """A row for one pod of a stack. `started` and `ready` are about all of its containers; `reason` and `message` say
    what holds it up, `crashed` which container it is if that one ended. `members` are its containers if it has several.
    """

    name: str
    service: str
    owner_uid: str
    started: bool
    ready: bool
    deleting: bool
    reason: str = ""
    message: str = ""
    crashed: str = ""
    members: tuple[Member, ...] = ()

    def seen_by(self, container: str) -> Pod:
        """Return the row as one of its containers has it; as it is if there are no several, or none is asked for."""
        member = next((each for each in self.members if each.name == container), None)
        if member is None:
            return self
        message = self.message if container == self.crashed else member.message
        return replace(self, started=member.started, ready=member.ready, reason=member.reason, message=message)


@dataclass(frozen=True)
class Live:
    """What lives of a stack, as the watches have it. What is asked of all of it is computed once: there may be
    thousands of services.

    `sources` are the digests of the ConfigMaps and Secrets that it uses, as far as their present content is known.
    """

    children: Mapping[Ref, Child]
    pods: Sequence[Pod] = ()
    sources: Mapping[Ref, str] = field(default_factory=dict)

    @lookup
    def pods_by_service(self) -> Mapping[str, list[Pod]]:
        """The pods that are there to stay, by their service label."""
        found: dict[str, list[Pod]] = {}
        for pod in self.pods:
            if not pod.deleting:
                found.setdefault(pod.service, []).append(pod)
        return found

    @lookup
    def is_binding(self) -> bool:
        """Whether a claim is still being bound: until it is, no pod that uses it can be scheduled."""
        claims = (child for ref, child in self.children.items() if ref.kind == "PersistentVolumeClaim")
        return any(claim.health.phase is Phase.IN_PROGRESS for claim in claims)

    @lookup
    def addresses(self) -> Mapping[str, str]:
        """The address of each Service that has one and is there to stay."""
        return {
            ref.name: child.address
            for ref, child in self.children.items()
            if child.address not in {"", HEADLESS} and child.health.phase is not Phase.TERMINATING
        }


@dataclass(frozen=True, slots=True)
class Event:
    """A Kubernetes Event on a transition."""

    type: str
    reason: str
    message: str


class Rival(NamedTuple):
    """Another field manager that holds fields of an object at other values than ours (Kubernetes docs, Server-Side
    Apply, Conflicts).
    """

    manager: str
    fields: tuple[str, ...]


class NameConflict(Exception):
    """An object of that name exists and is not this stack's. It is never taken over."""

    def __init__(self, ref: Ref, owner: str) -> None:
        self.ref = ref
        super().__init__(f"{ref} already exists and belongs to {owner}")


class Rejected(Exception):
    """The API server refused a request for good (4xx): trying the same again will not help."""

    def __init__(self, ref: Ref, status: int, message: str, *, immutable: bool = False) -> None:
        self.ref = ref
        self.status = status
        self.immutable = immutable
        super().__init__(f"{ref}: {message}")


class Cluster(Protocol):
    """The only way to the API server. Calls retry what is worth a retry (429, 5xx, connections) and raise the two
    errors above.
    """

    def live(self, key: StackKey) -> Live:
        """Return the objects and pods with the label of this stack, from the watches: no call."""

    async def stack(self, key: StackKey, *, fresh: bool = False) -> Mapping[str, Any] | None:
        """Return the ComposeStack, or None if it is gone. Unless it shall be `fresh`, it may be as a watch showed it
        lately, with our own last status: no call.
        """

    async def source(self, key: StackKey, ref: Ref) -> Manifest | None:
        """Read a ConfigMap or Secret beside the stack, or None if there is none. If the stack uses it, `live` shows its
        digest at once.
        """

    async def apply(self, manifest: Manifest, known: Child | None, user: str = "") -> Child:
        """Apply with server-side apply and return the child as it is now; `live` shows it at once.

        `known` is the child as last seen; without it the object must not exist yet, or be this stack's. `user` is whose
        rights it takes, by default the operator's own.
        """

    async def rivals(self, manifest: Manifest, namespace: str, user: str = "") -> tuple[Rival, ...]:
        """Ask who else holds fields of a manifest, at values that `apply` would change. Changes nothing."""

    async def delete(self, child: Child, user: str = "") -> None:
        """Delete exactly this object (uid precondition); a vanished one is fine."""

    async def write_status(self, key: StackKey, uid: str, status: Mapping[str, Any]) -> None:
        """Replace the status of the stack with this uid, as long as the generation that it observed is the present one.
        A stack that vanished or changed meanwhile is fine: somebody will look at it.
        """

    async def last_line(self, key: StackKey, pod: Pod) -> str:
        """Return the last line that a crashed container of a pod wrote, as far as the admin wants it to be shown, else
        an empty string. Asked about the same crash again, it costs no call. Never fails.
        """

    async def emit(self, key: StackKey, uid: str, event: Event) -> None:
        """Record a Kubernetes Event on the stack. Never fails: an Event is not worth a retry."""
