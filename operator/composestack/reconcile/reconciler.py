"""One function for every cause: make the cluster what the stack says, and the status what the cluster says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from composestack.api.conditions import READY
from composestack.api.reasons import Reason
from composestack.api.v1alpha1 import API_VERSION, KIND, ComposeStack, ComposeStackStatus
from composestack.compose.problems import InvalidCompose, Problem
from composestack.kinds import KINDS, Ref
from composestack.reconcile.gates import shut_gates
from composestack.reconcile.inventory import DATA, Difference, difference
from composestack.reconcile.port import Child, Cluster, Event, NameConflict, Rejected, StackKey
from composestack.reconcile.render import render, revision
from composestack.reconcile.settled import settled, stack_row
from composestack.reconcile.sources import Found, SourceNotFound, content_digest, inputs, used, with_sources
from composestack.reconcile.status import (
    Observation,
    Standing,
    Verdict,
    condition,
    next_status,
    observe,
    urgent,
    verdict,
)
from composestack.translate.bindings import bound
from composestack.translate.plan import Manifest, Plan
from composestack.translate.policy import Policy
from composestack.translate.refusal import Refused

SLOW = 60.0
"""Seconds until a refused write is tried again: somebody has to act first, and nothing here watches what they will
change.
"""

CALM = 5.0
"""Seconds between two status writes that only tell of progress."""


@dataclass(frozen=True, slots=True)
class Result:
    """What the queue needs to know: `again` is the delay in seconds after which to come back, if any; `settled` that
    nothing is left to do.
    """

    again: float | None = None
    settled: bool = False


NO_APPLICATION = Problem(
    "", 0, 0, "spec.compose", "is missing; write the Compose application there, or into spec.files"
)
NOTHING = Plan((), (), (), ())


@dataclass(slots=True)
class _Memory:
    """What is kept of a stack while it is not settled. Losing it costs a little work and nothing else."""

    revision: str = ""
    plan: Plan = NOTHING
    written: float = float("-inf")
    conflict: Ref | None = None


@dataclass(frozen=True, slots=True)
class _Pass:
    """One look at one stack."""

    key: StackKey
    body: Mapping[str, Any]
    stack: ComposeStack
    memory: _Memory

    @property
    def uid(self) -> str:
        return str(self.stack.metadata["uid"])


class Reconciler:
    """Reconciles any number of stacks at once, but each one at a time."""

    def __init__(
        self,
        cluster: Cluster,
        policy: Policy,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._cluster = cluster
        self._policy = policy
        self._now = now
        self._clock = clock
        self._memory: dict[StackKey, _Memory] = {}

    async def reconcile(self, key: StackKey) -> Result:
        """Bring one stack forward. Raises what is worth a retry; everything else ends in the status."""
        body = await self._cluster.stack(key)
        if body is None or "deletionTimestamp" in body["metadata"]:
            result = Result(settled=True)
        else:
            memory = self._memory.setdefault(key, _Memory())
            result = await self._look(_Pass(key, body, ComposeStack.model_validate(body), memory))
        if result.settled:
            self._memory.pop(key, None)
        return result

    async def _look(self, turn: _Pass) -> Result:
        if turn.stack.spec.suspend:
            return await self._report(turn, suspension(turn.stack.status))
        try:
            if await self._prepare(turn):
                return Result(settled=True)
        except (InvalidCompose, Refused, SourceNotFound, Rejected) as error:
            again = SLOW if isinstance(error, Rejected) else None
            return await self._report(turn, unprepared(error), again=again)
        return await self._converge(turn)

    async def _prepare(self, turn: _Pass) -> bool:
        """Render the plan, if any of its inputs has changed since the last pass.

        Returns True if there is nothing to do: whether a stack is settled cannot be told before its sources have been
        read once, as after a restart.
        """
        memory, refs = turn.memory, used(turn.body["spec"])
        own, known = revision(turn.body["spec"], self._policy), self._cluster.live(turn.key).sources
        if memory.revision == with_sources(own, {ref: known.get(ref, "") for ref in refs}):
            return False
        contents = await asyncio.gather(*(self._cluster.source(turn.key, ref) for ref in refs))
        if refs and settled(stack_row(turn.body, own), self._cluster.live(turn.key)):
            return True
        memory.plan = self._plan(turn, dict(zip(refs, contents, strict=True)))
        digests = {ref: content_digest(content) for ref, content in zip(refs, contents, strict=True)}
        memory.revision = with_sources(own, digests)
        return False

    def _plan(self, turn: _Pass, found: Found) -> Plan:
        spec = turn.stack.spec
        if spec.compose is None and not spec.files and not spec.files_from:
            raise InvalidCompose([NO_APPLICATION])
        given = inputs(spec, found)
        plan = render(turn.key.name, spec, given.directory, self._policy, given.variables)
        return replace(plan, notices=tuple(sorted({*plan.notices, *given.notices})))

    async def _converge(self, turn: _Pass) -> Result:
        """Write what differs, then say how things stand."""
        live = self._cluster.live(turn.key)
        plan = bound(turn.memory.plan, live.addresses)
        before = observe(plan, live, uid=turn.uid, revision=turn.memory.revision)
        todo = difference(
            plan,
            live.children,
            uid=turn.uid,
            withheld={gate.workload for gate in shut_gates(plan, live)},
            rolled_out=before.rolled_out,
        )
        if todo.foreign:
            names = ", ".join(map(str, todo.foreign))
            message = f"waits for objects of an earlier stack of this name to be gone: {names}"
            return await self._report(turn, Verdict(Standing.PROGRESSING, Reason.PROGRESSING, message))
        try:
            await self._write(turn, todo)
        except NameConflict as error:
            return await self._report(turn, Verdict(Standing.STALLED, Reason.NAME_CONFLICT, str(error)), again=SLOW)
        except Rejected as error:
            reason = Reason.IMMUTABLE_FIELD if error.immutable else Reason.APPLY_FAILED
            return await self._report(turn, Verdict(Standing.STALLED, reason, str(error)), again=SLOW)
        seen = observe(plan, self._cluster.live(turn.key), uid=turn.uid, revision=turn.memory.revision)
        if seen.rolled_out and not before.rolled_out:
            return await self._converge(turn)  # the rollout ended meanwhile: what only its old pods mounted can go
        return await self._report(turn, verdict(seen.services), seen)

    async def _write(self, turn: _Pass, todo: Difference) -> None:
        """Apply wave by wave, then delete. A conflict takes back what this pass has created, so nothing is left."""
        memory = turn.memory
        retained = {volume.claim for volume in memory.plan.volumes if volume.retained}
        created: list[Child] = []
        for batch in batches(todo.apply, memory.conflict):
            bodies = (owned(manifest, turn.stack, retained) for manifest, _ in batch)
            calls = (self._cluster.apply(body, known) for body, (_, known) in zip(bodies, batch, strict=True))
            results = await asyncio.gather(*calls, return_exceptions=True)
            new = (result for (_, known), result in zip(batch, results, strict=True) if known is None)
            created += [result for result in new if isinstance(result, Child)]
            errors = [result for result in results if isinstance(result, BaseException)]
            memory.conflict = next((error.ref for error in errors if isinstance(error, NameConflict)), None)
            if memory.conflict:
                await asyncio.gather(*(self._cluster.delete(child) for child in created if child.ref.kind not in DATA))
            if errors:
                raise worst(errors)
        for child in todo.delete:
            await self._cluster.delete(child)

    async def _report(
        self, turn: _Pass, outcome: Verdict, seen: Observation | None = None, *, again: float | None = None
    ) -> Result:
        """Write the status if it says something new: at once if somebody may wait for it, else a little later."""
        previous, memory = turn.stack.status, turn.memory
        now = self._now().strftime("%Y-%m-%dT%H:%M:%SZ")
        following = next_status(previous, outcome, seen, metadata=turn.stack.metadata, now=now)
        if following != previous:
            wait = memory.written + CALM - self._clock()
            if wait > 0 and not urgent(previous, following):
                return Result(again=wait)
            await self._cluster.write_status(
                turn.key, turn.uid, following.model_dump(mode="json", by_alias=True, exclude_none=True)
            )
            memory.written = self._clock()
            event = transition(previous, following, outcome)
            if event is not None:
                await self._cluster.emit(turn.key, turn.uid, event)
        return Result(again=again, settled=again is None and outcome.standing in {Standing.READY, Standing.STALLED})


WAVES = sorted({kind.wave for kind in KINDS.values()})


def owner_reference(stack: ComposeStack) -> dict[str, Any]:
    """Return the reference that makes the garbage collector remove an object together with its stack."""
    metadata = stack.metadata
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "name": metadata["name"],
        "uid": metadata["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def owned(manifest: Manifest, stack: ComposeStack, retained: Collection[str]) -> Manifest:
    """Return the manifest with what only a cluster can give: its namespace and, unless it is retained, its owner."""
    metadata = {**manifest["metadata"], "namespace": stack.metadata["namespace"]}
    if manifest["kind"] not in DATA or metadata["name"] not in retained:
        metadata["ownerReferences"] = [owner_reference(stack)]
    return {**manifest, "metadata": metadata}


def batches(
    changes: Sequence[tuple[Manifest, Child | None]], conflict: Ref | None
) -> Iterator[list[tuple[Manifest, Child | None]]]:
    """Yield what can be applied at once, wave by wave.

    An object that was another's the last time comes alone and first: while it is, nothing else is created to be taken
    back, so a conflict that lasts costs one call a try.
    """
    disputed = [change for change in changes if ref(change[0]) == conflict]
    yield disputed
    for wave in WAVES:
        yield [change for change in changes if KINDS[change[0]["kind"]].wave == wave and change not in disputed]


def ref(manifest: Manifest) -> Ref:
    """Return which object a manifest describes."""
    return Ref(manifest["kind"], manifest["metadata"]["name"])


def suspension(status: ComposeStackStatus) -> Verdict:
    """Judge a suspended stack: what runs goes on running, so Ready keeps its status; the reason tells the rest."""
    ready = condition(status, READY)
    standing = Standing.READY if ready is not None and ready.status == "True" else Standing.STALLED
    return Verdict(standing, Reason.SUSPENDED, "the stack is suspended: nothing is reconciled")


def unprepared(error: Exception) -> Verdict:
    """Judge a stack that cannot be rendered. What runs goes on running."""
    match error:
        case InvalidCompose():
            return Verdict(Standing.STALLED, Reason.INVALID_COMPOSE, str(error))
        case Refused():
            return Verdict(Standing.STALLED, Reason.REFUSED, str(error))
        case _:  # a source that is missing may come, one that we may not read may be permitted
            return Verdict(Standing.FAILING, Reason.SOURCE_NOT_FOUND, str(error))


def worst(errors: Sequence[BaseException]) -> BaseException:
    """Pick the error to act on: what is not understood comes first, since it may be a defect; then a conflict; then a
    rejection.
    """

    def rank(error: BaseException) -> int:
        return 2 if isinstance(error, Rejected) else 1 if isinstance(error, NameConflict) else 0

    return min(errors, key=rank)


def transition(previous: ComposeStackStatus, following: ComposeStackStatus, outcome: Verdict) -> Event | None:
    """Return the Event for a change of Ready that somebody wants to hear of: reached, lost, failed. Progress is no
    news.
    """
    before, after = condition(previous, READY), condition(following, READY)
    if outcome.standing is Standing.PROGRESSING or after is None:
        return None
    if before is not None and (before.status, before.reason, before.message) == (
        after.status,
        after.reason,
        after.message,
    ):
        return None
    if before is not None and before.status == after.status == "True":
        return None
    return Event("Normal" if after.status == "True" else "Warning", outcome.reason, after.message)
