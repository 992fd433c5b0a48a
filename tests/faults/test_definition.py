"""The CustomResourceDefinition goes, and with it every stack; it comes again."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import yaml

from composestack.api.v1alpha1 import GROUP, PLURAL
from composestack.kinds import KINDS
from tests.faults.api import STACKS, Api
from tests.faults.proxy import Call, Fault
from tests.faults.trial import COLLECTED, NAME, Spec, Trial
from tests.integration.conftest import ROOT

SPEC: Spec = {
    "compose": """
services:
  web: {image: nginx, ports: ["80"]}
  db: {image: postgres, volumes: [data:/data, scratch:/scratch, /anonymous]}
volumes: {data: {}, scratch: {}}
"""
}
TWO: Spec = {"compose": "services: {web: {image: nginx}, cache: {image: redis}}"}
ONE: Spec = {**TWO, "exclude": ["cache"]}
CACHE = {"Deployment/shop-cache", "Service/cache"}
KEPT = {"shop-data", "shop-scratch"}

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
DEFINITION = f"{DEFINITIONS}/{PLURAL}.{GROUP}"


class Definition:
    """The CustomResourceDefinition in the cluster."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def create(self, **more: Any) -> None:
        """Create it, or bring it back to what it should be; `more` are fields of the spec that it has besides, None for
        one that it has not.
        """
        document = yaml.safe_load((ROOT / "crds" / "composestacks.yaml").read_text())
        spec = document["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
        fields = {**spec["properties"], **more}
        spec["properties"] = {name: schema for name, schema in fields.items() if schema is not None}
        path = f"{DEFINITION}?fieldManager=kubectl&force=true"
        self._api.request("PATCH", path, document, "application/apply-patch+yaml")

    def delete(self) -> None:
        self._api.request("DELETE", DEFINITION)

    def served(self) -> bool:
        return self._api.request("GET", f"{STACKS.path()}?limit=1") is not None


@pytest.fixture
def crd(api: Api) -> Iterator[Definition]:
    """The CustomResourceDefinition, which is there again after the test."""
    definition = Definition(api)
    yield definition
    definition.create()


def claims(trial: Trial) -> dict[str, str]:
    found = trial.api.items(KINDS["PersistentVolumeClaim"], trial.namespace)
    return {item["metadata"]["name"]: item["metadata"]["uid"] for item in found}


def test_data_outlives_the_definition_and_the_next_stack_finds_it(trial: Trial, crd: Definition) -> None:
    """Without its kind a stack is gone, and Kubernetes collects what it owned. The process ends, since it has lost what
    it watches; the next one stands by until the kind is there again. What the stack owned may wait for that, too: the
    collector cannot ask for an owner whose kind it does not find any more.
    """
    trial.start()
    trial.apply(SPEC)
    before = trial.settle()
    data = {name: uid for name, uid in claims(trial).items() if name in KEPT}

    crd.delete()
    trial.wait(lambda: not trial.running(), "to lose its operator")
    trial.wait(lambda: not crd.served(), "to be no kind any more")
    trial.start()
    trial.wait(lambda: "is not installed" in trial.log(), "to be missed")
    assert data.items() <= claims(trial).items()

    crd.create()
    trial.wait(crd.served, "to be served")
    trial.apply(SPEC)
    trial.expect(before, COLLECTED)
    assert data.items() < claims(trial).items()
    assert trial.running()


def test_a_definition_that_comes_back_at_once_is_no_confusion(trial: Trial, crd: Definition) -> None:
    """Whether the operator has to be started anew or not, it is of use again. It waits for the objects of the stack
    that was, which Kubernetes collects, and says so.
    """
    trial.start()
    trial.apply(SPEC)
    before = trial.settle()

    crd.delete()
    trial.wait(lambda: not crd.served(), "to lose its kind")
    crd.create()
    trial.wait(crd.served, "to be served")
    trial.apply(SPEC)

    def is_back() -> bool:
        if not trial.running():
            trial.kill()
            trial.start()
        return trial.picture() == before

    trial.wait(is_back, "to be back", timeout=COLLECTED)


def test_a_field_of_another_version_is_never_ignored(trial: Trial, crd: Definition) -> None:
    """The definition may be newer than the operator. What that does not know is said, once, and nothing is applied."""
    trial.start()
    before = trial.reached(SPEC)
    trial.kill()
    newer = {**SPEC, "shiny": "yes", "images": {"web": "nginx:2"}}

    def is_stored() -> bool:
        trial.apply(newer)
        return "shiny" in (trial.api.stack(trial.namespace, NAME) or {})["spec"]

    crd.create(shiny={"type": "string"})
    trial.wait(is_stored, "to have a field of the newer definition")
    mark = len(trial.proxy.writes())
    trial.start()
    trial.wait(lambda: trial.condition("Stalled").get("status") == "True", "to be stalled")
    assert (trial.condition()["status"], trial.condition()["reason"]) == ("False", "InvalidSpec")
    assert "spec.shiny: unknown field" in trial.condition()["message"]
    assert [call.path.rsplit("/", 1)[-1] for call in trial.proxy.writes()[mark:]] == ["status"]
    assert "will try again" not in trial.log()
    assert {**trial.picture(), "stack": {}} == {**before, "stack": {}}

    trial.apply(SPEC)
    trial.expect(before)


class Pruned(Fault):
    """Watches leave a field of stacks out, as those do for a moment that were open when the definition got it."""

    def __init__(self, name: str) -> None:
        self.left_out = 0
        self._field = name

    async def events(self, call: Call, lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for line in lines:
            event = json.loads(line)
            if call.plural == PLURAL and event["object"].get("spec", {}).pop(self._field, None):
                self.left_out += 1
            yield json.dumps(event).encode() + b"\n"


def test_what_a_watch_leaves_out_of_a_stack_is_reconciled_all_the_same(trial: Trial) -> None:
    fault = trial.proxy.fault = Pruned("exclude")
    trial.start()
    before = trial.reached(TWO)
    trial.apply(ONE)
    trial.wait(lambda: trial.picture().keys() == before.keys() - CACHE, "to lose what is excluded")
    assert fault.left_out


def test_a_definition_that_gains_a_field_is_no_reason_to_restart(trial: Trial, crd: Definition) -> None:
    crd.create(exclude=None)
    trial.start()
    before = trial.reached(TWO)

    def is_stored() -> bool:
        trial.apply(ONE)
        return "exclude" in (trial.api.stack(trial.namespace, NAME) or {})["spec"]

    crd.create()
    trial.wait(is_stored, "to have a field of the newer definition")
    trial.wait(lambda: trial.picture().keys() == before.keys() - CACHE, "to lose what is excluded")
    assert trial.running()
