"""From a call to the plan, for the commands that show what Kubernetes would be asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

import click

from composestack.cli.application import (
    BY_OPTION,
    REFUSED,
    Call,
    Decorator,
    application,
    fail,
    pairs,
    problems_told,
    shown,
    tell,
)
from composestack.cli.policy import policy
from composestack.compose.problems import Problem
from composestack.reconcile.render import render
from composestack.translate.plan import Plan
from composestack.translate.policy import Policy
from composestack.translate.refusal import Refusal, Refused


@dataclass(frozen=True, slots=True)
class Rendering:
    """An application and the circumstances of its translation."""

    call: Call
    policy: Policy

    def plan(self) -> Plan:
        """Return the plan, without what only the cluster knows. Raises InvalidCompose and Refused."""
        call = self.call
        plan = render(call.name, call.spec, call.directory, self.policy, call.variables)
        return replace(plan, notices=tuple(sorted({*call.notices, *plan.notices})))

    def told(self, completed: Callable[[Plan], Plan] = lambda plan: plan) -> Plan:
        """Return the completed plan and tell its notices. Ends the process where there is none."""
        with problems_told(self.call.directory):
            try:
                plan = completed(self.plan())
            except Refused as error:
                fail((f"{each}{self._shown(each)}" for each in error.problems), REFUSED)
        tell(plan.notices)
        return plan

    def _shown(self, problem: Refusal) -> str:
        return shown(Problem(*problem.place, problem.path, problem.message), self.call.directory)


def rendering(command: Callable[..., None], directory: Decorator = BY_OPTION) -> Callable[..., None]:
    """Add the options of the application, those of the stack that are not in Compose files, and the admin's policy.

    The command gets a Rendering.
    """

    @wraps(command)
    def called(call: Call, policy: Policy, name: str | None, images: tuple[str, ...], **others: Any) -> None:
        spec = call.spec
        chosen = {**(spec.images or {}), **dict(pairs(images, "--set-image"))}
        named = replace(call, name=name or call.name, spec=spec.model_copy(update={"images": chosen or None}))
        command(rendering=Rendering(named, policy), **others)

    for option in (
        click.option(
            "--set-image", "images", multiple=True, metavar="SERVICE=IMAGE", help="As spec.images has it; repeatable."
        ),
        click.option("--name", help="The name of the stack. Default: the name of the project directory."),
    ):
        called = option(called)
    return application(policy(called), directory)
