"""Unobserved states: watches break or fall silent, and only a list tells what has become (Sieve, OSDI '22)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web

from composestack.api.v1alpha1 import PLURAL
from composestack.kinds import KINDS
from tests.faults.api import STACKS
from tests.faults.conftest import Begin
from tests.faults.proxy import GONE, Call, Cut, Fault, answer
from tests.faults.trial import COLLECTED, NAME, Picture, Spec, Trial, course

BEFORE: Spec = {"compose": "services: {web: {image: 'nginx:1.27', ports: ['80']}, cache: {image: redis}}"}
AFTER: Spec = {"compose": "services: {web: {image: 'nginx:1.28', ports: ['80']}}"}


class Short(Fault):
    """Ends each watch with its second line, in a way of its own."""

    hits = 0
    breaks = False

    async def events(self, call: Call, lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        first = True
        async for line in lines:
            if not first:
                self.hits += 1
                yield self.last(line)
                if self.breaks:
                    raise Cut
                return
            first = False
            yield line

    def last(self, line: bytes) -> bytes:
        """Return what comes in the place of the second line."""
        raise NotImplementedError


class Torn(Short):
    """Breaks each watch in the middle of its second line."""

    breaks = True

    def last(self, line: bytes) -> bytes:
        return line[: len(line) // 2]


class Forgetful(Short):
    """Swallows the second event of each watch and says that the history is gone."""

    def last(self, line: bytes) -> bytes:
        return GONE


class Compacted(Fault):
    """Answers 410 to whoever goes on from a version or a page of the past, not as an event. There is always one page
    more, and watches are short. `hits` are those of stacks, which kopf follows.
    """

    def __init__(self) -> None:
        self.hits = {"continue": 0, "resourceVersion": 0}

    async def before(self, call: Call) -> web.Response | None:
        for parameter in self.hits:
            if parameter in call.query:
                self.hits[parameter] += call.plural == PLURAL
                return answer(410, "Expired")
        return None

    def listed(self, call: Call, body: bytes) -> bytes:
        page = json.loads(body)
        first = call.plural == PLURAL and not self.hits["continue"]
        return json.dumps({**page, "metadata": {**page["metadata"], "continue": "x"}}).encode() if first else body

    async def events(self, call: Call, lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for line in lines:
            yield line
            if json.loads(line)["type"] == "MODIFIED":
                return


class Blind(Fault):
    """Swallows all events. Once it is over, and the connections are broken, the history is gone (410)."""

    def __init__(self) -> None:
        self.over = False
        self.hits = 0
        self._missed: set[str] = set()

    async def events(self, call: Call, lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        if self.over and call.path in self._missed:
            self._missed.discard(call.path)
            yield GONE
            return
        async for line in lines:
            if self.over:
                yield line
            else:
                self.hits += 1
                self._missed.add(call.path)


@pytest.fixture(scope="module")
def undisturbed(begin: Begin) -> tuple[Picture, ...]:
    return course(begin, BEFORE, AFTER)


@pytest.mark.parametrize("kind", [Torn, Forgetful])
def test_watches_that_break_all_the_time_hide_nothing(
    kind: type[Short],
    trial: Trial,
    undisturbed: tuple[Picture, ...],
    report: Callable[[str], None],
) -> None:
    fault = trial.proxy.fault = kind()
    trial.start()
    for spec, wanted in zip((BEFORE, AFTER), undisturbed, strict=True):
        trial.apply(spec)
        trial.expect(wanted)
    report(f"unobserved states: {kind.__name__}: {fault.hits} watches broken")
    assert fault.hits > 5
    assert trial.running()


def test_a_past_that_is_gone_at_once_is_no_end(
    trial: Trial, undisturbed: tuple[Picture, ...], report: Callable[[str], None]
) -> None:
    fault = trial.proxy.fault = Compacted()
    trial.apply(BEFORE)
    trial.start()
    trial.expect(undisturbed[0])
    trial.apply(AFTER)
    trial.expect(undisturbed[1])
    report(f"unobserved states: Compacted: {fault.hits}")
    assert min(fault.hits.values()) > 0
    assert trial.running()


def change_both(trial: Trial) -> None:
    """Replace a child by one of the same name that we never applied, and remove another."""
    (live,) = (
        item for item in trial.api.items(KINDS["Deployment"], trial.namespace) if "web" in item["metadata"]["name"]
    )
    kept = ("name", "labels", "annotations", "ownerReferences")
    body: dict[str, Any] = {**live, "metadata": {name: live["metadata"][name] for name in kept}}
    body["spec"]["template"]["spec"]["containers"][0]["image"] = "somebody/else"
    trial.api.delete(KINDS["Deployment"], trial.namespace, live["metadata"]["name"])
    trial.api.request("POST", KINDS["Deployment"].path(trial.namespace), body)
    trial.api.delete(KINDS["Service"], trial.namespace, "cache")


def replace_stack(trial: Trial) -> None:
    """Delete the stack and create it anew, so that its children have an owner that is gone."""
    trial.api.delete(STACKS, trial.namespace, NAME)
    trial.apply(BEFORE)


@pytest.mark.parametrize("change", [change_both, replace_stack])
def test_what_happens_while_nobody_watches_is_seen_afterwards(
    change: Callable[[Trial], None],
    trial: Trial,
    undisturbed: tuple[Picture, ...],
    report: Callable[[str], None],
) -> None:
    trial.start()
    trial.apply(BEFORE)
    trial.settle()
    fault = trial.proxy.fault = Blind()
    trial.proxy.hang_up()
    change(trial)
    trial.wait(lambda: fault.hits > 0, "to miss something")
    fault.over = True
    trial.proxy.hang_up()
    trial.expect(undisturbed[0], COLLECTED)
    report(f"unobserved states: {change.__name__}: {fault.hits} events missed")


def test_a_stack_deleted_while_nobody_watches_leaves_nothing(trial: Trial) -> None:
    trial.start()
    trial.apply(BEFORE)
    trial.settle()
    fault = trial.proxy.fault = Blind()
    trial.proxy.hang_up()
    trial.api.delete(STACKS, trial.namespace, NAME)
    trial.wait(lambda: trial.picture() == {"stack": None}, "to be gone", timeout=COLLECTED)
    fault.over = True
    trial.proxy.hang_up()
    trial.expect({"stack": None})
    assert trial.running()
