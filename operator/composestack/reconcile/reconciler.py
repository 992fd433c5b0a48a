"""One function for every cause: make the cluster what the stack says, and the status what the cluster says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic

from composestack.api.v1alpha1 import LastReady, RolledBack
from composestack.compose.problems import InvalidCompose
from composestack.kinds import Ref
from composestack.reconcile import rollback, verdicts
from composestack.reconcile.accounts import Accounts
from composestack.reconcile.disputes import Disputes
from composestack.reconcile.gates import shut_gates
from composestack.reconcile.inventory import Difference, difference
from composestack.reconcile.port import Cluster, Live, NameConflict, Rejected, StackKey
from composestack.reconcile.preparation import Course, Preparation
from composestack.reconcile.reading import read
from composestack.reconcile.rollback import NoWayBack
from composestack.reconcile.sources import SourceNotFound
from composestack.reconcile.status import Observation, Standing, Verdict, next_status, observe, urgent, verdict
from composestack.reconcile.turn import Memories, Turn
from composestack.reconcile.writer import Writer
from composestack.translate.plan import Plan
from composestack.translate.policies import Policies
from composestack.translate.refusal import Refused

SOON, SLOW = 2.0, 60.0
"""Bounds of the seconds until a refused write is tried again, which are as many as it has been refused for. Somebody
has to act first, and nothing here watches what they will change; but often it comes a moment later in the same
`kubectl apply`, such as a RoleBinding.
"""

CALM = 5.0
"""Seconds between two status writes that only tell of progress."""

AT_ONCE = 0.0

ROUNDS = 2
"""How often a turn starts over at most because a rollout ended in it."""

ANY_ACCOUNT = Accounts()


@dataclass(frozen=True, slots=True)
class Result:
    """What the queue needs to know: `again` is the delay in seconds after which to come back, if any; `settled` that
    nothing is left to do; `blocked` that somebody has to act first, so changes below the stack are no hurry.
    """

    again: float | None = None
    settled: bool = False
    blocked: bool = False


class Reconciler:
    """Reconciles any number of stacks at once, but each one at a time."""

    def __init__(
        self,
        cluster: Cluster,
        policies: Policies,
        accounts: Accounts = ANY_ACCOUNT,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._cluster = cluster
        self._accounts = accounts
        self._preparation = Preparation(cluster, policies, accounts)
        self._now = now
        self._clock = clock
        self._memories = Memories()
        self._disputes = Disputes()

    async def reconcile(self, key: StackKey) -> Result:
        """Bring one stack forward. Raises what is worth a retry; everything else ends in the status."""
        body = await self._cluster.stack(key)
        if body is None or "deletionTimestamp" in body["metadata"]:
            result = Result(settled=True)
        else:
            stack, problems = read(body)
            turn = Turn(key, body, stack, self._memories.of(key))
            result = await (self._report(turn, verdicts.unreadable(problems)) if problems else self._look(turn))
        if result.settled:
            self._memories.drop(key)
        return result

    async def _look(self, turn: Turn) -> Result:
        if turn.stack.spec.suspend:
            return await self._report(turn, verdicts.suspension(turn.stack.status))
        try:
            turn = replace(turn, user=self._accounts.user(turn.key.namespace, turn.stack.spec))
            if await self._preparation.prepare(turn):
                return Result(settled=True)
            course = await self._preparation.course(turn)
        except (InvalidCompose, Refused, SourceNotFound, Rejected) as error:
            again = self._later(turn) if isinstance(error, Rejected) else None
            return await self._report(turn, verdicts.unprepared(error), again=again)
        except NoWayBack as error:
            failed = turn.stack.status.rolled_back
            assert failed is not None
            return await self._report(turn, verdicts.stranded(error, failed))
        return await self._converge(turn, course)

    async def _converge(self, turn: Turn, course: Course, rounds: int = ROUNDS) -> Result:
        """Write what differs, then say how things stand."""
        live = self._cluster.live(turn.key)
        plan = course.plan(live)
        before = observe(plan, live, uid=turn.uid, revision=course.revision)
        plan, todo = _todo(turn, course, plan, live, before)
        if todo.foreign:
            return await self._report(turn, verdicts.leftovers(todo.foreign))
        if todo.delete and not await self._is_current(turn):
            return Result(again=AT_ONCE)
        try:
            await self._write(turn, todo, plan)
        except (NameConflict, Rejected) as error:
            return await self._report(turn, verdicts.unwritten(error), again=self._later(turn))
        live = await self._told(turn.key)
        seen = observe(plan, live, uid=turn.uid, revision=course.revision)
        if rounds and seen.rolled_out and (not before.rolled_out or _is_unkept(turn, course, live)):
            return await self._converge(turn, course, rounds - 1)  # the rollout ended meanwhile: there is more to do
        return await self._conclude(turn, course, plan, seen)

    async def _write(self, turn: Turn, todo: Difference, plan: Plan) -> None:
        """Write what differs, but not what somebody else insists on: that is put back now and then."""
        now, writer = self._clock(), Writer(self._cluster, turn)
        todo = self._disputes.admit(todo, now)
        rivals = await writer.rivals(self._disputes.suspects(todo, now))
        await writer.write(todo, plan)
        turn.memory.refused = None
        self._disputes.settle(todo, rivals, now)

    def _later(self, turn: Turn) -> float:
        """Return the seconds until what is refused now is tried again."""
        memory, now = turn.memory, self._clock()
        memory.refused = now if memory.refused is None else memory.refused
        return min(max(now - memory.refused, SOON), SLOW)

    async def _conclude(self, turn: Turn, course: Course, plan: Plan, seen: Observation) -> Result:
        """Say how things stand, or turn back to what was ready last."""
        live, now = self._cluster.live(turn.key), self._clock()
        disputes = self._disputes.open(live.children.values(), now)
        outcome = verdicts.disputed(disputes) if disputes else verdict(seen.services)
        again = min((dispute.until - now for dispute in disputes), default=None)
        if course.undone:
            seen = replace(seen, last_ready=turn.stack.status.last_ready, rolled_back=course.undone)
            return await self._report(turn, verdicts.undone(outcome, course.undone), seen, again=again)
        state, last = turn.memory.state, _last_ready(turn, outcome, live)
        seen = replace(seen, last_ready=last)
        if last and state and last.digest != state.digest and rollback.missed(plan, live):
            failed = RolledBack(
                generation=turn.generation,
                restored=last.generation,
                digest=state.digest,
                message=outcome.message,
            )
            await self._report(turn, verdicts.undoing(failed), replace(seen, rolled_back=failed))
            return Result(again=AT_ONCE)  # written down first: whoever takes over from us goes on
        return await self._report(turn, outcome, seen, again=again)

    async def _told(self, key: StackKey) -> Live:
        """Return what lives, with what the first crashed pod of each service said last."""
        live = self._cluster.live(key)
        crashed = {pod.service: pod for pod in reversed(live.pods) if pod.crashed and not pod.deleting}
        said = await asyncio.gather(*(self._cluster.last_line(key, pod) for pod in crashed.values()))
        lines = {pod.name: line for pod, line in zip(crashed.values(), said, strict=True) if line}
        pods = [
            replace(pod, message=f"{pod.message}; it last said: {lines[pod.name]}") if pod.name in lines else pod
            for pod in live.pods
        ]
        return replace(live, pods=pods) if lines else live

    async def _is_current(self, turn: Turn) -> bool:
        """Ask whether the stack is still what this turn goes by: nothing is deleted on old evidence."""
        body = await self._cluster.stack(turn.key, fresh=True)
        return body is not None and turn.is_of(body)

    async def _report(
        self, turn: Turn, outcome: Verdict, seen: Observation | None = None, *, again: float | None = None
    ) -> Result:
        """Write the status if it says something new: at once if somebody may wait for it, else a little later."""
        previous, memory = turn.stack.status, turn.memory
        now = self._now().strftime("%Y-%m-%dT%H:%M:%SZ")
        following = next_status(previous, outcome, seen, metadata=turn.stack.metadata, now=now)
        if following != previous:
            wait = memory.written + CALM - self._clock()
            if wait > 0 and not urgent(previous, following):
                return Result(again=min(wait, wait if again is None else again), blocked=again is not None)
            await self._cluster.write_status(
                turn.key, turn.uid, following.model_dump(mode="json", by_alias=True, exclude_none=True)
            )
            memory.written = self._clock()
            event = verdicts.transition(previous, following, outcome)
            if event is not None:
                await self._cluster.emit(turn.key, turn.uid, event)
        settled = again is None and outcome.standing in {Standing.READY, Standing.STALLED}
        return Result(again=again, settled=settled, blocked=again is not None)


def _todo(turn: Turn, course: Course, plan: Plan, live: Live, before: Observation) -> tuple[Plan, Difference]:
    """Return what is to be written and removed, and the plan with what is kept of it when all else is done and ready.

    Until then, what was kept before stays as it is.
    """
    state, kept = turn.memory.state, rollback.reference(turn.key.name)
    gates = {gate.workload for gate in shut_gates(plan, live)}

    def compare(plan: Plan, *withheld: Ref) -> Difference:
        return difference(plan, live.children, uid=turn.uid, withheld={*gates, *withheld}, rolled_out=before.rolled_out)

    if state is None:
        return plan, compare(plan)
    todo = compare(plan, kept)
    if course.undone or todo.apply or not before.rolled_out:
        return plan, todo
    plan = rollback.with_state(plan, turn.key.name, state)
    return plan, compare(plan)


def _is_unkept(turn: Turn, course: Course, live: Live) -> bool:
    """Tell whether there is something to keep, now that everything is ready."""
    state = turn.memory.state
    return state is not None and not course.undone and not rollback.is_kept(live, turn.key.name, state)


def _last_ready(turn: Turn, outcome: Verdict, live: Live) -> LastReady | None:
    """Return what there is to go back to: what was ready before, or what is now."""
    state, last = turn.memory.state, turn.stack.status.last_ready
    if state is None or rollback.reference(turn.key.name) not in live.children:
        return None
    if outcome.standing is not Standing.READY or not rollback.is_kept(live, turn.key.name, state):
        return last
    if last and last.digest == state.digest:
        return last
    return LastReady(generation=turn.generation, digest=state.digest)
