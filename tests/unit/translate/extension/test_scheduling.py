from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from composestack.translate.extension.scheduling import Affinity, NodeRequirement, SpreadConstraint, Toleration

TERM = {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a"]}], "matchFields": []}
POD_TERM = {
    "labelSelector": {"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "a", "operator": "Exists"}]},
    "matchLabelKeys": ["a"],
    "mismatchLabelKeys": ["b"],
    "namespaceSelector": {},
    "namespaces": ["other"],
    "topologyKey": "kubernetes.io/hostname",
}
PODS = {
    "preferredDuringSchedulingIgnoredDuringExecution": [{"podAffinityTerm": POD_TERM, "weight": 1}],
    "requiredDuringSchedulingIgnoredDuringExecution": [POD_TERM],
}


def test_an_affinity_is_as_kubernetes_has_it() -> None:
    written = {
        "nodeAffinity": {
            "preferredDuringSchedulingIgnoredDuringExecution": [{"preference": TERM, "weight": 100}],
            "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [TERM]},
        },
        "podAffinity": PODS,
        "podAntiAffinity": PODS,
    }

    assert Affinity.model_validate(written).manifest() == written


@pytest.mark.parametrize(
    ("operator", "values", "fits"),
    [
        ("In", ["a", "b"], True),
        ("In", [], False),
        ("NotIn", [], False),
        ("Gt", ["1"], True),
        ("Lt", ["1", "2"], False),
        ("Gt", [], False),
        ("Exists", [], True),
        ("DoesNotExist", ["a"], False),
    ],
)
def test_each_operator_has_its_number_of_values(operator: str, values: list[str], fits: bool) -> None:
    written = {"key": "zone", "operator": operator, "values": values}
    if fits:
        assert NodeRequirement.model_validate(written).manifest() == written
    else:
        with pytest.raises(ValidationError, match="needs values"):
            NodeRequirement.model_validate(written)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ({}, "needs a key"),
        ({"key": "a", "operator": "Exists", "value": "b"}, "no value"),
        ({"key": "a", "tolerationSeconds": 1}, "NoExecute"),
    ],
)
def test_what_tolerates_nothing(written: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        Toleration.model_validate(written)


def test_domains_are_counted_only_where_they_matter() -> None:
    written = {"maxSkew": 1, "minDomains": 2, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}
    assert SpreadConstraint.model_validate(written).manifest() == written

    with pytest.raises(ValidationError, match="minDomains"):
        SpreadConstraint.model_validate({**written, "whenUnsatisfiable": "ScheduleAnyway"})
