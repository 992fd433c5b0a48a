"""What a turn works towards: the plan of the present spec and sources, or of what was ready last."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from composestack.api.reasons import NoticeCode
from composestack.api.v1alpha1 import ComposeStackSpec, RolledBack
from composestack.compose.problems import InvalidCompose, Notice, Problem
from composestack.reconcile import rollback
from composestack.reconcile.accounts import Accounts
from composestack.reconcile.port import Cluster, Live, StackKey
from composestack.reconcile.render import render, revision
from composestack.reconcile.rollback import NoWayBack
from composestack.reconcile.settled import settled, stack_row
from composestack.reconcile.sources import Found, SourceNotFound, content_digest, inputs, used, with_sources
from composestack.reconcile.status import RECONCILE_REQUESTED
from composestack.reconcile.turn import Memory, Returned, Turn
from composestack.translate.bindings import bound
from composestack.translate.plan import Plan
from composestack.translate.policies import Policies
from composestack.translate.refusal import Refused

NO_APPLICATION = Problem(
    "", 0, 0, "spec.compose", "is missing; write the Compose application there, or into spec.files"
)

THREADS = 4
"""Stacks that are rendered at the same time. They share one core, with all else that this process does."""


@dataclass(frozen=True, slots=True)
class Course:
    """A plan, the revision that it is made from, and the generation that it takes the place of, if that failed."""

    made: Plan
    revision: str
    undone: RolledBack | None = None

    def plan(self, live: Live) -> Plan:
        """Return the plan with what only the cluster knows."""
        complete = bound(self.made, live.addresses)
        return rollback.restored(complete, live) if self.undone else complete


class Preparation:
    """Renders stacks."""

    def __init__(self, cluster: Cluster, policies: Policies, accounts: Accounts) -> None:
        self._cluster = cluster
        self._policies = policies
        self._accounts = accounts
        self._threads = ThreadPoolExecutor(THREADS, "render")

    async def prepare(self, turn: Turn) -> bool:
        """Render the plan, if any of its inputs has changed since the last turn.

        Returns True if there is nothing to do: whether a stack is settled cannot be told before its sources have been
        read once, as after a restart. Raises InvalidCompose, Refused, SourceNotFound and Rejected.
        """
        memory, refs, spec = turn.memory, used(turn.body["spec"]), turn.body["spec"]
        policy = self._policies.of(turn.key.namespace)
        own, known = revision(spec, policy), self._cluster.live(turn.key).sources
        if memory.revision == with_sources(own, {ref: known.get(ref, "") for ref in refs}):
            return False
        contents = await asyncio.gather(*(self._cluster.source(turn.key, ref) for ref in refs))
        if refs and settled(stack_row(turn.body, own), self._cluster.live(turn.key)):
            return True
        found = dict(zip(refs, contents, strict=True))
        plan = await self._render(turn.key, turn.stack.spec, found)
        _remember(memory, plan, spec, found)
        memory.revision = _revision(own, found)
        return False

    async def course(self, turn: Turn) -> Course:
        """Return what a prepared turn works towards. Raises NoWayBack."""
        memory, status = turn.memory, turn.stack.status
        requested = turn.stack.metadata.get("annotations", {}).get(RECONCILE_REQUESTED)
        again = requested is not None and requested != status.last_handled_reconcile_at
        if not rollback.holds(status.rolled_back, memory.state) or again:
            return Course(memory.plan, memory.revision)
        if status.last_ready is None:
            raise NoWayBack("it is not known what was ready last")
        if memory.returned is None or memory.returned.digest != status.last_ready.digest:
            memory.returned = await self._returned(turn, status.last_ready.digest)
        return Course(memory.returned.plan, memory.returned.revision, status.rolled_back)

    async def _returned(self, turn: Turn, digest: str) -> Returned:
        """Read what was ready last, and render it by today's policy."""
        secret = await self._cluster.source(turn.key, rollback.reference(turn.key.name))
        spec, found = rollback.restore(secret, digest)
        try:
            plan = await self._render(turn.key, ComposeStackSpec.model_validate(spec, extra="forbid"), found)
        except (ValidationError, InvalidCompose, Refused, SourceNotFound) as error:
            raise NoWayBack(f"what was ready last is no longer accepted: {error}") from error
        policy = self._policies.of(turn.key.namespace)
        return Returned(digest, _revision(revision(spec, policy), found), plan)

    async def _render(self, key: StackKey, spec: ComposeStackSpec, found: Found) -> Plan:
        """Render in a thread: some applications take seconds, and the others shall not wait for them."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._rendered, key, spec, found)

    def _rendered(self, key: StackKey, spec: ComposeStackSpec, found: Found) -> Plan:
        if spec.compose is None and not spec.files and not spec.files_from:
            raise InvalidCompose([NO_APPLICATION])
        given = inputs(spec, found)
        plan = render(key.name, spec, given.directory, self._policies.of(key.namespace), given.variables)
        notices = {*plan.notices, *given.notices, *self._accounts.notices(spec)}
        return replace(plan, notices=tuple(sorted(notices)))


def _revision(own: str, found: Found) -> str:
    return with_sources(own, {ref: content_digest(content) for ref, content in found.items()})


def _remember(memory: Memory, plan: Plan, spec: Mapping[str, Any], found: Found) -> None:
    """Keep a plan, and what it was made from if a service wants to go back to it. What is too large for a Secret cannot
    be kept.
    """
    wanted = rollback.wanted(plan)
    state = rollback.state(spec, found) if wanted else None
    if state and len(state.packed) > rollback.LIMIT:
        size = f"{len(state.packed) // 1024} KiB, compressed, and a Secret keeps {rollback.LIMIT // 1024}"
        message = f"nothing will be rolled back: spec and sources have {size}"
        path = "services.{}.deploy.update_config.failure_action"
        notices = {Notice(path.format(service.name), NoticeCode.IGNORED, message) for service in wanted}
        plan, state = replace(plan, notices=tuple(sorted({*plan.notices, *notices}))), None
    memory.plan, memory.state = plan, state
