"""Bad input at volume: whatever a stack says, it gets an answer, and the others do not wait for it.

`--campaign=N` sends N broken stacks instead of some.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from random import Random
from statistics import mean, median
from typing import Any

import pytest

from composestack.kinds import KINDS
from tests.faults.api import STACKS
from tests.faults.trial import Spec, Trial
from tests.golden.cases import CASES

SOME = 200
"""Broken stacks in the default suite."""

AT_ONCE = 8
DELAY = 1.0
"""Seconds that a stack may lose to others, on a machine that has nothing else to do."""

PATIENCE = 120.0
NASTY = ["", "~", "0", "-1", "1e400", "9" * 400, "!!binary x", "*a", "&a", "<<: *a", "{}", "[", "]", "\t", "${"]
NASTY += ["'", '"', "on", "0x10", "1-65535", "..", "/", "\u202e", "é" * 70, "null", "!reset null", "\x00", "x-a:"]
"""Pieces of YAML and of Compose that are often in the wrong place."""


def services(count: int, template: str) -> str:
    return "services:\n" + "\n".join(f"  w{each}: {template.format(each)}" for each in range(count))


POISONS: dict[str, str] = {
    "aliases": "x: &a [1, 1]\n"
    + "\n".join(f"x{n}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]" for n in range(20))
    + "\nservices: {web: {image: nginx}}",
    "nesting": f"x: {'[' * 50_000}{']' * 50_000}\nservices: {{web: {{image: nginx}}}}",
    "all ports": "services: {poison: {image: nginx, expose: ['1-65535'], privileged: true}}",
    "many services": services(999, "{{image: nginx, ports: ['80']}}") + "\n  w: {image: nginx, privileged: true}",
    "many errors": services(15_000, "{{imago: nginx}}"),
    "many dependencies": services(400, "{{image: nginx, depends_on: [w0, w{0}]}}"),
    "many variables": f"services: {{poison: {{image: nginx, privileged: true, command: '{'${A:-x}' * 90_000}'}}}}",
    "many objects": services(300, "{{image: nginx, expose: [80]}}"),
}
"""Documents that take long, all of them within the limits of an object."""

SHORT = {"all ports"}
"""Those of the default suite."""


class Pulse:
    """A small stack that is changed all the time, and how long the operator takes to see to it."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._count = 0

    def beat(self) -> float:
        """Change the stack. Returns the seconds until its object is changed."""
        self._count += 1
        image = f"nginx:{self._count}"
        began = time.monotonic()
        self._trial.apply({"compose": {"services": {"pulse": {"image": image}}}})
        while image not in self._images():
            assert time.monotonic() - began < PATIENCE
            time.sleep(0.01)
        return time.monotonic() - began

    def during(self, work: Future[None]) -> tuple[float, float]:
        """Beat until that is done. Returns the longest time that a beat took, and how crowded the machine was."""
        beats: list[float] = []
        crowds: list[float] = []
        with ProcessPoolExecutor(1, get_context("spawn")) as other:  # here, threads would wait for each other
            while not crowds or not work.done():
                crowd = other.submit(crowding)
                beats.append(self.beat())
                crowds.append(crowd.result())
        work.result()
        return max(beats), mean(crowds)

    def _images(self) -> list[str]:
        live = self._trial.api.get(KINDS["Deployment"], self._trial.namespace, "shop-pulse") or {}
        containers = live.get("spec", {}).get("template", {}).get("spec", {}).get("containers", ())
        return [container["image"] for container in containers]


@pytest.fixture
def pulse(trial: Trial) -> Pulse:
    trial.start()
    pulse = Pulse(trial)
    pulse.beat()
    trial.wait(trial.ready, "to be ready")
    return pulse


@pytest.mark.parametrize(
    "poison",
    [name if name in SHORT else pytest.param(name, marks=pytest.mark.campaign) for name in POISONS],
)
def test_one_poisonous_stack_does_not_delay_another(
    poison: str, trial: Trial, pulse: Pulse, report: Callable[[str], None]
) -> None:
    usual = median(pulse.beat() for _ in range(5))

    with ThreadPoolExecutor(1) as pool:
        worst, crowd = pulse.during(pool.submit(send, trial, "poison", {"compose": POISONS[poison]}))

    report(f"poison: {poison}: {worst:.2f} s at worst, {usual:.2f} s usually; the machine is {crowd:.1f} times slower")
    assert worst - usual < DELAY * crowd
    assert "Traceback" not in trial.log()
    assert trial.running()


def crowding() -> float:
    """Return how many times longer than on a core of its own a piece of work takes: the seconds of a second."""
    began, used = time.monotonic(), time.thread_time()
    while time.thread_time() - used < 0.05:
        pass
    return (time.monotonic() - began) / 0.05


def test_every_broken_stack_gets_an_answer(trial: Trial, campaign: int, report: Callable[[str], None]) -> None:
    chance = Random(3)
    texts = [broken(chance, (chance.choice(CASES) / "compose.yaml").read_text()) for _ in range(campaign or SOME)]
    trial.start()
    began = time.monotonic()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = Counter(pool.map(lambda each: answer(trial, *each), enumerate(texts)))

    report(f"poison: {len(texts)} broken stacks in {time.monotonic() - began:.0f} s: {dict(answers.most_common())}")
    assert sum(answers.values()) == len(texts)
    assert "Traceback" not in trial.log(), trial.log()[trial.log().index("Traceback") - 1000 :][:6000]
    assert trial.running()


def answer(trial: Trial, number: int, text: str) -> str:
    """Send a stack, take it away again, and tell what it was answered."""
    name = f"broken-{number}"
    try:
        send(trial, name, {"compose": text})
    except RuntimeError as error:
        assert ": 400 " in str(error) or ": 422 " in str(error), error
        return "not taken by the API server"
    reason: str = judgement(trial, name)["reason"]
    trial.api.delete(STACKS, trial.namespace, name)
    return reason


def send(trial: Trial, name: str, spec: Spec) -> None:
    """Apply a stack and wait until the operator has said what it makes of it."""
    trial.api.apply(trial.namespace, name, spec)
    deadline = time.monotonic() + PATIENCE
    while not judgement(trial, name):
        assert time.monotonic() < deadline, f"no answer to {spec}"
        time.sleep(0.1)


def judgement(trial: Trial, name: str) -> dict[str, Any]:
    status = (trial.api.stack(trial.namespace, name) or {}).get("status", {})
    return next((each for each in status.get("conditions", ()) if each["type"] == "Ready"), {})


def broken(chance: Random, text: str) -> str:
    """Return a document with some damage."""
    for _ in range(chance.randint(1, 4)):
        lines = text.split("\n")
        line = chance.randrange(len(lines))
        place = chance.randint(0, len(text))
        match chance.randrange(6):
            case 0:
                text = text[:place] + chance.choice(NASTY) + text[place:]
            case 1:
                text = text[:place] + text[place + chance.randint(1, 20) :]
            case 2:
                text = "\n".join([*lines[:line], *lines[line + 1 :]])
            case 3:
                text = "\n".join([*lines[:line], lines[line], *lines[line:]])
            case 4:
                text = "\n".join([*lines[:line], "  " + lines[line], *lines[line + 1 :]])
            case 5:
                key, colon, _ = lines[line].partition(":")
                text = "\n".join([*lines[:line], f"{key}{colon} {chance.choice(NASTY)}", *lines[line + 1 :]])
    return text
