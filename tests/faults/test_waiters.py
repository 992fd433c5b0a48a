"""What those who wait see: every state that a stack goes through, judged by kstatus itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import groupby
from typing import Any

import pytest

from composestack.kinds import KINDS
from composestack.reconcile.health import health
from tests.faults.api import STACKS
from tests.faults.conftest import Begin
from tests.faults.trial import NAME, Spec, Trial
from tests.kstatus.program import Kstatus

GOOD: Spec = {
    "compose": """
services:
  web: {image: nginx, ports: ["80"], depends_on: {db: {condition: service_healthy}}}
  db: {image: postgres, volumes: [data:/data], healthcheck: {test: [CMD, pg_isready], interval: 1s}}
  agent: {image: vector, deploy: {mode: global}}
  migrate: {image: migrate, restart: "no"}
volumes: {data: {}}
"""
}
BAD: Spec = {"compose": "services: {web: {imago: nginx}}"}
LIFE = [(GOOD, "Current"), (BAD, "Failed"), ({**GOOD, "images": {"web": "nginx:2"}}, "Current")]
LIFE += [({**GOOD, "suspend": True}, "Current"), (GOOD, "Current")]
"""Spec by spec, and what kstatus must say of it in the end."""

State = dict[str, Any]


class Past:
    """All that has happened to the objects of a namespace, and what kstatus says of each state."""

    def __init__(self, trial: Trial, kstatus: Kstatus, since: int) -> None:
        self.states: dict[tuple[str, str], list[tuple[State, str]]] = {}
        kinds = (STACKS, *KINDS.values())
        with ThreadPoolExecutor(len(kinds)) as pool:
            histories = pool.map(lambda kind: trial.api.history(kind, trial.namespace, since), kinds)
        for kind, events in zip(kinds, histories, strict=True):
            states = [event["object"] for event in events if event["type"] != "DELETED"]
            for state, answer in zip(states, kstatus.compute(states), strict=True):
                self.states.setdefault((kind.kind, state["metadata"]["name"]), []).append((state, answer))

    def at(self, id_: str, version: int) -> tuple[State, str]:
        """Return an object (Kind/name) as it was at a version, and what kstatus says of it."""
        kind, name = id_.split("/")
        return max(
            (each for each in self.states[kind, name] if rank(each[0]) <= version), key=lambda each: rank(each[0])
        )


@pytest.fixture(scope="module")
def past(begin: Begin, kstatus: Kstatus) -> Past:
    """Let a stack live, from before its operator starts."""
    with begin() as trial:
        since = trial.api.version()
        for spec, end in LIFE:
            trial.apply(spec)
            if not trial.running():
                trial.start()
            trial.wait(partial(is_so, trial, kstatus, end), f"to be {end} with {spec}")
        return Past(trial, kstatus, since)


def is_so(trial: Trial, kstatus: Kstatus, wanted: str) -> bool:
    return kstatus.compute([trial.api.stack(trial.namespace, NAME) or {}]) == [wanted]


def rank(state: State) -> int:
    return int(state["metadata"]["resourceVersion"])


def test_each_spec_is_in_progress_until_it_is_what_it_will_be(past: Past) -> None:
    """Whoever waits for Current is never told so too early, nor for the spec of before, nor told it twice."""
    answers = [answer for _, answer in past.states["ComposeStack", NAME]]

    assert [answer for answer, _ in groupby(answers)] == [each for _, end in LIFE for each in ("InProgress", end)]


def test_while_a_stack_is_current_so_are_its_objects(past: Past) -> None:
    looks = 0
    for stack, answer in past.states["ComposeStack", NAME]:
        if answer == "Current":
            found = {each["id"]: past.at(each["id"], rank(stack))[1] for each in stack["status"]["inventory"]}
            looks += len(found)
            assert set(found.values()) == {"Current"}, found
    assert looks > 30


def test_our_reading_of_an_object_is_that_of_kstatus(past: Past) -> None:
    """Unlike kstatus, we await the end of a Job, and what is deleted is no more said to be failed or current."""
    looks = 0
    for (kind, name), states in past.states.items():
        for state, answer in states:
            if kind in KINDS and not (kind == "Job" and answer == "Current"):
                looks += 1
                assert (health({**state, "kind": kind}).phase, name) == (answer, name), state
    assert looks > 30
