"""Intermediate states: the operator is killed after each of its writes, and another takes over (Sieve, OSDI '22)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tests.faults.api import STACKS
from tests.faults.conftest import Begin
from tests.faults.proxy import Fault
from tests.faults.trial import COLLECTED, NAME, KillAfter, Picture, Spec, Trial

BEFORE: Spec = {
    "compose": """
services:
  web:
    image: nginx:1.27
    ports: ["8080:80"]
    configs: [{source: site, target: /etc/nginx/conf.d/default.conf}]
    depends_on: {db: {condition: service_healthy}}
  db:
    image: postgres:17
    volumes: [data:/var/lib/postgresql/data]
    healthcheck: {test: [CMD, pg_isready], interval: 1s}
  cache: {image: "redis:7", volumes: [cached:/data]}
configs: {site: {content: "server {}"}}
volumes: {data: {}, cached: {}}
"""
}
AFTER: Spec = {
    "compose": """
services:
  web:
    image: nginx:1.28
    ports: ["8080:80"]
    configs: [{source: site, target: /etc/nginx/conf.d/default.conf}]
    depends_on: {db: {condition: service_healthy}}
  db:
    image: postgres:17
    volumes: [data:/var/lib/postgresql/data]
    healthcheck: {test: [CMD, pg_isready], interval: 1s}
  queue: {image: "rabbitmq:4"}
configs: {site: {content: "server { listen 81; }"}}
volumes: {data: {}}
"""
}
CLAIMS = {"PersistentVolumeClaim/shop-data", "PersistentVolumeClaim/shop-cached"}
KEPT = {"PersistentVolumeClaim/shop-data"}
"""The claims, and those that the update still has."""

AT_ONCE = 6
"""Trials at the same time: most of their time is waiting for pods."""


@dataclass(frozen=True)
class Life:
    """How an undisturbed stack looks when it is created, updated and deleted, and the writes that it took."""

    created: Picture
    updated: Picture
    deleted: Picture
    writes_to_create: int
    writes_to_update: int


@pytest.fixture
def life(trial: Trial) -> Life:
    """Let a stack live without any fault."""
    trial.start()
    trial.apply(BEFORE)
    created, first = trial.settle(), len(trial.proxy.writes())
    trial.apply(AFTER)
    updated, second = trial.settle(), len(trial.proxy.writes())
    delete(trial)
    trial.wait(lambda: trial.picture().keys() == {"stack", *CLAIMS}, "to be gone but for its claims", timeout=COLLECTED)
    return Life(created, updated, trial.picture(), first, second - first)


def test_an_operator_killed_after_any_write_is_replaced_without_a_trace(
    begin: Begin, life: Life, campaign: int, report: Callable[[str], None]
) -> None:
    nths = range(1, max(life.writes_to_create, life.writes_to_update) + 1)
    tried = {create_and_update: nths[::4], update_meanwhile: nths[2::7], delete_meanwhile: nths[5::7]}
    runs = [(what, nth) for what, some in tried.items() for nth in (nths if campaign else some)]

    def run(what: Callable[[Trial, Life, int], int], nth: int) -> int:
        with begin() as trial:
            return what(trial, life, nth)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        kills = sum(pool.map(run, *zip(*runs, strict=True)))
    report(f"intermediate states: {kills} operators killed in {len(runs)} lives")
    assert kills >= len(runs)


def create_and_update(trial: Trial, life: Life, nth: int) -> int:
    killed = kill_after(trial, nth, BEFORE)
    trial.start()
    trial.expect(life.created)
    trial.kill()
    killed += kill_after(trial, nth, AFTER)
    trial.start()
    trial.expect(life.updated)
    return killed


def update_meanwhile(trial: Trial, life: Life, nth: int) -> int:
    """The update comes while no operator runs, and the stack is only half there."""
    killed = kill_after(trial, nth, BEFORE)
    claims = trial.picture().keys()
    trial.apply(AFTER)
    trial.start()
    trial.expect({ref: shape for ref, shape in life.updated.items() if ref not in CLAIMS - KEPT - claims})
    return killed


def delete_meanwhile(trial: Trial, life: Life, nth: int) -> int:
    """The stack is deleted while no operator runs. Of what is half there, only claims stay."""
    killed = kill_after(trial, nth, BEFORE)
    claims = trial.picture().keys()
    delete(trial)
    trial.start()
    trial.expect({ref: shape for ref, shape in life.deleted.items() if ref not in CLAIMS - claims}, COLLECTED)
    return killed


def delete(trial: Trial) -> None:
    trial.api.delete(STACKS, trial.namespace, NAME)


def kill_after(trial: Trial, nth: int, spec: Spec) -> int:
    """Start an operator, apply, and kill it after its nth write. Return how often it was killed: 0 if it wrote less."""
    fault = trial.proxy.fault = KillAfter(trial, nth)
    trial.start()
    trial.apply(spec)
    trial.wait(lambda: fault.fired or trial.ready(), "to be killed or ready")
    trial.kill()
    trial.proxy.fault = Fault()
    return int(fault.fired)
