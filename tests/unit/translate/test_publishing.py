from __future__ import annotations

from typing import Any

import pytest

from composestack.translate.extension.publishing import PublishDefaults
from composestack.translate.publishing import idle_options, publishing, wrong_options
from composestack.translate.scope import Publish

STACK = Publish(
    type="LoadBalancer",
    annotations={"a": "stack", "b": "stack"},
    external_traffic_policy="Local",
    load_balancer_class="example.com/a",
    source_ranges=("10.0.0.0/8",),
)


def own(**written: Any) -> PublishDefaults:
    """Return what a service says."""
    return PublishDefaults.model_validate(written)


def test_what_a_service_does_not_say_is_the_stacks() -> None:
    assert publishing(own(), STACK) == STACK


def test_a_service_goes_before_the_stack() -> None:
    how = publishing(
        own(annotations={"b": "own"}, externalTrafficPolicy="Cluster", sourceRanges=["192.0.2.0/24"]), STACK
    )

    assert how.annotations == {"a": "stack", "b": "own"}
    assert how.external_traffic_policy == "Cluster"
    assert how.source_ranges == ("192.0.2.0/24",)
    assert how.load_balancer_class == "example.com/a"


def test_options_of_a_load_balancer_are_not_for_other_types() -> None:
    how = publishing(own(type="NodePort"), STACK)

    assert (how.type, how.load_balancer_class, how.source_ranges) == ("NodePort", None, ())
    assert how.external_traffic_policy == "Local"


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ({"loadBalancerClass": "-"}, "p.loadBalancerClass"),
        ({"sourceRanges": ["10.0.0.0/8", "10.0.0.1"]}, "p.sourceRanges[1]"),
        ({"sourceRanges": ["10.0.0.1/8"]}, "p.sourceRanges[0]"),
    ],
)
def test_what_no_service_can_have_is_refused(written: dict[str, Any], path: str) -> None:
    assert [each.path for each in wrong_options(own(**written), "p")] == [path]


@pytest.mark.parametrize(
    ("kind", "idle"),
    [
        ("ClusterIP", ["p.externalTrafficPolicy", "p.loadBalancerClass", "p.sourceRanges"]),
        ("NodePort", ["p.loadBalancerClass", "p.sourceRanges"]),
        ("LoadBalancer", []),
    ],
)
def test_what_would_do_nothing_is_refused(kind: str, idle: list[str]) -> None:
    written = own(externalTrafficPolicy="Local", loadBalancerClass="example.com/a", sourceRanges=["10.0.0.0/8"])

    assert [each.path for each in idle_options(written, Publish(kind), "p")] == idle
