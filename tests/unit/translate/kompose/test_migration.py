from __future__ import annotations

from typing import Any

import pytest

from composestack.compose.model import Deploy, Service
from composestack.translate.kompose.migration import migrated


def written(**labels: str) -> dict[str, Any]:
    found = migrated(Service(name="web", labels={f"kompose.{key}": value for key, value in labels.items()}))
    assert found.problems == ()
    return dict(found.written)


@pytest.mark.parametrize(
    ("label", "value", "expected"),
    [
        ("service.type", "nodeport", {"publish": {"type": "NodePort"}}),
        ("service.type", "LoadBalancer", {"publish": {"type": "LoadBalancer"}}),
        ("service.type", "headless", {"service": {"type": "Headless"}}),
        ("service.expose", "a.org, b.org/x", {"ingress": {"hosts": ["a.org", "b.org/x"]}}),
        ("service.expose.tls-secret", "tls", {"ingress": {"tls": {"secretName": "tls"}}}),
        ("controller.type", "statefulset", {"workload": "StatefulSet"}),
        ("image-pull-policy", "IfNotPresent", {"imagePullPolicy": "IfNotPresent"}),
        ("image-pull-secret", "registry", {"imagePullSecrets": ["registry"]}),
        ("security-context.fsgroup", "999", {"securityContext": {"fsGroup": 999}}),
    ],
)
def test_a_label_says_the_same_as_x_kubernetes(label: str, value: str, expected: dict[str, Any]) -> None:
    assert written(**{label: value}) == expected


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("service.type", "externalname"),
        ("service.expose", "true"),
        ("service.expose", " , "),
        ("controller.type", "replicationcontroller"),
        ("image-pull-secret", ""),
        ("security-context.fsgroup", "99999999999"),
    ],
)
def test_a_value_that_kompose_would_not_understand_either_is_refused(label: str, value: str) -> None:
    found = migrated(Service(name="web", labels={f"kompose.{label}": value}))
    assert [problem.path for problem in found.problems] == [f"services.web.labels.kompose.{label}"]
    assert found.written == {}


def test_compose_goes_before_labels() -> None:
    labels = {"kompose.controller.type": "daemonset", "kompose.image-pull-policy": "Never"}
    service = Service(name="web", labels=labels, pull_policy="missing", deploy=Deploy(mode="replicated"))
    assert migrated(service).written == {}


def test_problems_lead_back_to_the_label() -> None:
    origins = migrated(Service(name="web", labels={"kompose.service.expose": "a.org,b.org"})).origins
    assert set(origins.values()) == {"services.web.labels.kompose.service.expose"}
    assert set(origins) == {f"services.web.x-kubernetes.ingress.hosts{index}" for index in ("", "[0]", "[1]")}
