from __future__ import annotations

from typing import Any

import pytest

from composestack.api.v1alpha1 import ComposeStackSpec, ComposeStackStatus
from composestack.reconcile.reading import read
from composestack.reconcile.sources import used


def body(spec: Any, status: Any = None) -> dict[str, Any]:
    return {"metadata": {"name": "shop"}, "spec": spec, **({} if status is None else {"status": status})}


def test_what_is_understood_is_read() -> None:
    stack, problems = read(body({"compose": {"x-any": {"thing": 1}}, "suspend": True}, {"observedGeneration": 3}))

    assert problems == ()
    assert (stack.spec.suspend, stack.status.observed_generation) == (True, 3)
    assert stack.spec.compose == {"x-any": {"thing": 1}}


def test_all_that_is_not_understood_is_said_at_once_and_no_value() -> None:
    spec = {"shiny": "hunter2", "publish": {"type": "Mesh"}, "env": [{"name": "A", "value": {"hunter": 2}}]}

    stack, problems = read(body(spec))

    assert [each.partition(": ")[0] for each in problems] == ["spec.env.0.value", "spec.publish.type", "spec.shiny"]
    assert problems[-1] == "spec.shiny: unknown field"
    assert "hunter" not in str(problems)
    assert stack.spec == ComposeStackSpec()


def test_a_stack_without_a_spec_is_not_understood() -> None:
    assert read({"metadata": {}}).problems


@pytest.mark.parametrize("status", [{"conditions": [{"sort": "Ready"}]}, "fine", []])
def test_a_status_that_is_not_understood_is_as_good_as_none(status: Any) -> None:
    assert read(body({"compose": ""}, status)).stack.status == ComposeStackStatus()


def test_more_in_a_status_does_not_matter() -> None:
    stack, problems = read(body({"compose": ""}, {"observedGeneration": 1, "shiny": 1}))

    assert (stack.status.observed_generation, problems) == (1, ())


@pytest.mark.parametrize("spec", [{"envFrom": {"a": 1}}, {"filesFrom": "x"}, {"env": [1]}])
def test_a_spec_that_is_not_understood_names_no_sources(spec: dict[str, Any]) -> None:
    assert read(body(spec)).problems
    assert used(spec) == ()
