"""From a call to the plan, for the commands that show what Kubernetes would be asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps
from typing import Any, NamedTuple

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
from composestack.compose.load import Loaded
from composestack.compose.problems import Problem
from composestack.reconcile.render import loaded, planned, scope
from composestack.translate.plan import Manifest, Plan
from composestack.translate.policies import Policies
from composestack.translate.refusal import Refusal, Refused
from composestack.translate.scope import Scope


class Rendering(NamedTuple):
    """An application and the circumstances of its translation."""

    call: Call
    policies: Policies

    def loaded(self) -> Loaded:
        """Return what the files say. Raises InvalidCompose."""
        call = self.call
        return loaded(call.name, call.spec, call.directory, call.variables)

    def planned(self, found: Loaded) -> Plan:
        """Return the plan for what was loaded, without what only the cluster knows. Raises Refused."""
        plan = planned(found, self.scope())
        return replace(plan, notices=tuple(sorted({*self.call.notices, *plan.notices})))

    def scope(self) -> Scope:
        """Return the circumstances of the translation."""
        call = self.call
        return scope(call.name, call.spec, call.directory, self.policies.of(call.namespace), call.variables)

    def told(self, completed: Callable[[Plan], Plan] = lambda plan: plan) -> Plan:
        """Return the completed plan and tell its notices. Ends the process where there is none."""
        with problems_told(self.call.directory):
            found = self.loaded()
            try:
                plan = completed(self.planned(found))
            except Refused as error:
                tell(sorted({*self.call.notices, *found.notices}))
                fail((f"{each}{self._shown(each)}" for each in error.problems), REFUSED)
        tell(plan.notices)
        return plan

    def placed(self, manifests: Iterable[Manifest]) -> list[Manifest]:
        """Return objects in the namespace of the stack, if it is known."""
        place = {"namespace": self.call.namespace} if self.call.namespace else {}
        return [
            {**each, "metadata": {"name": each["metadata"]["name"], **place, **each["metadata"]}} for each in manifests
        ]

    def _shown(self, problem: Refusal) -> str:
        return shown(Problem(*problem.place, problem.path, problem.message), self.call.directory)


def rendering(command: Callable[..., None], directory: Decorator = BY_OPTION) -> Callable[..., None]:
    """Add the options of the application, those of the stack that are not in Compose files, and the admin's policy.

    The command gets a Rendering.
    """

    @wraps(command)
    def called(
        call: Call,
        policies: Policies,
        name: str | None,
        namespace: str | None,
        images: tuple[str, ...],
        **others: Any,
    ) -> None:
        chosen = {**(call.spec.images or {}), **dict(pairs(images, "--set-image"))}
        spec = call.spec.model_copy(update={"images": chosen or None})
        named = call._replace(name=name or call.name, namespace=namespace or call.namespace, spec=spec)
        command(rendering=Rendering(named, policies), **others)

    for option in (
        click.option(
            "--set-image", "images", multiple=True, metavar="SERVICE=IMAGE", help="As spec.images has it; repeatable."
        ),
        click.option(
            "-n", "--namespace", help="The namespace of the stack, whose policy holds and where its objects are."
        ),
        click.option("--name", help="The name of the stack. Default: the name of the project directory."),
    ):
        called = option(called)
    return application(policy(called), directory)
