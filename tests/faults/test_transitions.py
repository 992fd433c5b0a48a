"""State transitions: from any spec to any other the objects become those of the new one (Acto, SOSP '23)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from composestack.api.v1alpha1 import ComposeStackSpec
from composestack.kinds import KINDS, Ref
from composestack.reconcile import rollback
from composestack.reconcile.observe import child
from composestack.reconcile.render import render
from composestack.reconcile.sources import inputs, used
from composestack.translate.bindings import bound
from composestack.translate.labels import DIGEST, STACK
from composestack.translate.policy import Policy
from tests.faults.trial import NAME, Spec, Trial

WEB = "services: {web: {image: nginx, ports: ['8080:80']}}"
TWO = """
services:
  web:
    {image: "nginx:${TAG:-1}", depends_on: [db], networks: [front, back], configs: [{source: site, target: /etc/site}]}
  db: {image: postgres, volumes: [data:/data], networks: [back], environment: {PASSWORD: "${PASSWORD:-}"}}
configs: {site: {content: "a"}}
networks: {front: {}, back: {internal: true}}
volumes: {data: {}}
"""
GOOD: list[Spec] = [
    {"compose": WEB},
    {"compose": WEB, "networkPolicy": "Off", "images": {"web": "ghcr.io/acme/web:2"}},
    {"compose": "services: {web: {image: nginx, deploy: {mode: global}}}"},
    {"compose": "services: {web: {image: nginx, restart: 'no'}}"},
    {"compose": "services: {web: {image: nginx, restart: 'no', command: [other]}}"},
    {"compose": "services: {web: {image: nginx}, cache: {image: redis, profiles: [extra]}}", "profiles": ["extra"]},
    {"compose": "services: {web: {image: nginx}, cache: {image: redis, profiles: [extra]}}"},
    {"compose": TWO},
    {"compose": TWO, "env": [{"name": "TAG", "value": "2"}, {"name": "PASSWORD", "value": "x"}]},
    {"compose": TWO, "exclude": ["web"], "deletionPolicy": {"volumes": "Delete"}},
    {"files": {"compose.yaml": "services: {web: {image: nginx, env_file: .env}}", ".env": "A=1"}},
]
BAD: list[Spec] = [
    {"compose": WEB, "ingress": {"hosts": {"web": "shop.example.com"}}},
    {"compose": WEB, "publish": {"type": "NodePort"}},
    {"compose": "services: {web: {imago: nginx}}"},
    {"compose": "services: {web: {image: nginx, volumes: ['/etc:/host']}}"},
    {"compose": WEB, "exclude": ["web"]},
    {"compose": "services: ["},
]


def test_after_each_step_the_objects_are_those_of_the_new_spec(
    trial: Trial, campaign: int, report: Callable[[str], None]
) -> None:
    steps = {"good": 0, "bad": 0}
    trial.start()
    step(trial, GOOD[0])

    @settings(
        max_examples=25 if campaign else 2,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.sampled_from(GOOD + BAD), min_size=5, max_size=5, unique_by=str))
    def walk(specs: list[Spec]) -> None:
        for spec in specs:
            (step if spec in GOOD else rejected_step)(trial, spec)
            steps["good" if spec in GOOD else "bad"] += 1

    walk()
    report(f"state transitions: {steps['good']} accepted, {steps['bad']} rejected")
    assert trial.running()


def step(trial: Trial, spec: Spec) -> None:
    trial.apply(spec)

    def state() -> str:
        found, wanted = objects(trial), meant(trial, spec)
        return f"ready: {trial.ready()}, different: {dict(found.items() ^ wanted.items())}"

    trial.wait(lambda: trial.ready() and is_as_meant(trial, spec), f"to be as {spec} means it", state)


def rejected_step(trial: Trial, spec: Spec) -> None:
    before = objects(trial), versions(trial)
    trial.apply(spec)
    trial.wait(lambda: stalled(trial), f"to refuse {spec}")
    assert (objects(trial), versions(trial)) == before


def meant(trial: Trial, spec: Spec) -> dict[Ref, tuple[str, str]]:
    """Return the digests that the objects of a fresh stack would have."""
    model = ComposeStackSpec.model_validate(spec)
    given = inputs(model, {ref: trial.api.get(KINDS[ref.kind], trial.namespace, ref.name) for ref in used(spec)})
    plan = bound(render(NAME, model, given.directory, Policy(), given.variables), addresses(trial))
    digests = {Ref(m["kind"], m["metadata"]["name"]): m["metadata"]["annotations"][DIGEST] for m in plan.manifests}
    return {ref: (digest, digest) for ref, digest in digests.items()}


def is_as_meant(trial: Trial, spec: Spec) -> bool:
    """Tell whether the objects are those of a fresh stack, but for the claims that earlier specs left behind."""
    wanted, found = meant(trial, spec), objects(trial)
    return wanted == {ref: each for ref, each in found.items() if ref in wanted or ref.kind != "PersistentVolumeClaim"}


def live(trial: Trial) -> list[dict[str, Any]]:
    """Return the objects that the stack is made of; what was ready last is kept beside it."""
    found = [item for kind in KINDS.values() for item in trial.api.items(kind, trial.namespace)]
    kept = rollback.reference(NAME).name
    return [
        item
        for item in found
        if STACK in item["metadata"].get("labels", {}) and (item["kind"], item["metadata"]["name"]) != ("Secret", kept)
    ]


def objects(trial: Trial) -> dict[Ref, tuple[str, str]]:
    """Return what the objects were meant to be and what they are, as digests."""
    rows = [child(item) for item in live(trial)]
    return {row.ref: (row.meant, row.actual) for row in rows}


def versions(trial: Trial) -> set[tuple[str, int]]:
    return {(item["metadata"]["uid"], item["metadata"].get("generation", 0)) for item in live(trial)}


def addresses(trial: Trial) -> dict[str, str]:
    items = trial.api.items(KINDS["Service"], trial.namespace)
    found = {item["metadata"]["name"]: item["spec"].get("clusterIP", "") for item in items}
    return {name: address for name, address in found.items() if address not in {"", "None"}}


def stalled(trial: Trial) -> bool:
    stack = trial.api.stack(trial.namespace, NAME)
    assert stack is not None
    conditions = {condition["type"]: condition["status"] for condition in stack["status"]["conditions"]}
    current = stack["status"].get("observedGeneration") == stack["metadata"]["generation"]
    return bool(current) and conditions.get("Stalled") == "True"
