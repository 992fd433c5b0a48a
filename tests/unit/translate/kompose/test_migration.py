from __future__ import annotations

from typing import Any

import pytest

from composestack.compose.model import Deploy, Healthcheck, Port, Service
from composestack.translate.kompose.migration import migrated

READINESS = "service.healthcheck.readiness"


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
        ("service.expose", "true", {"ingress": {"hosts": ["*"]}}),
        ("service.external-traffic-policy", "LOCAL", {"publish": {"externalTrafficPolicy": "Local"}}),
        ("controller.type", "statefulset", {"workload": "StatefulSet"}),
        ("image-pull-policy", "IfNotPresent", {"imagePullPolicy": "IfNotPresent"}),
        ("image-pull-secret", "registry", {"imagePullSecrets": ["registry"]}),
        ("security-context.fsgroup", "999", {"securityContext": {"fsGroup": 999}}),
        ("serviceaccount-name", "reader", {"serviceAccountName": "reader"}),
        ("hpa.replicas.min", "2", {"autoscale": {"min": 2, "max": 3, "cpu": 50}}),
        ("hpa.replicas.min", "5", {"autoscale": {"min": 5, "max": 5, "cpu": 50}}),
        ("hpa.memory", "70", {"autoscale": {"memory": 70, "max": 3}}),
        (f"{READINESS}.disable", "true", {"probes": {"readiness": {"disable": True}}}),
        (f"{READINESS}.test", "NONE", {"probes": {"readiness": {"disable": True}}}),
        (f"{READINESS}.test", "CMD a 'b c'", {"probes": {"readiness": {"exec": {"command": ["a", "b c"]}}}}),
        (f"{READINESS}.test", "a b", {"probes": {"readiness": {"exec": {"command": ["a", "b"]}}}}),
        (
            f"{READINESS}.test",
            "CMD-SHELL a || b",
            {"probes": {"readiness": {"exec": {"command": ["/bin/sh", "-c", "a || b"]}}}},
        ),
        (f"{READINESS}.interval", "1500ms", {"probes": {"readiness": {"periodSeconds": 2}}}),
        (f"{READINESS}.start_period", "0s", {"probes": {"readiness": {"initialDelaySeconds": 0}}}),
    ],
)
def test_a_label_says_the_same_as_x_kubernetes(label: str, value: str, expected: dict[str, Any]) -> None:
    assert written(**{label: value}) == expected


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("service.type", "externalname"),
        ("service.external-traffic-policy", "both"),
        ("service.nodeport.port", "0"),
        ("service.expose", " , "),
        ("controller.type", "replicationcontroller"),
        ("image-pull-secret", ""),
        ("hpa.cpu", "101"),
        ("hpa.memory", "512Mi"),
        (f"{READINESS}.test", "CMD 'a"),
        (f"{READINESS}.interval", "0s"),
        (f"{READINESS}.timeout", "soon"),
        ("security-context.fsgroup", "99999999999"),
    ],
)
def test_a_value_that_kompose_would_not_understand_either_is_refused(label: str, value: str) -> None:
    found = migrated(Service(name="web", labels={f"kompose.{label}": value}))
    assert [problem.path for problem in found.problems] == [f"services.web.labels.kompose.{label}"]
    assert found.written == {}


@pytest.mark.parametrize(
    ("port", "name"),
    [
        (Port(target=80, published="8080"), "8080/tcp"),
        (Port(target=80), "80/tcp"),
        (Port(target=53, published="53-60", protocol="udp"), "53/udp"),
    ],
)
def test_a_node_port_is_that_of_the_only_published_port(port: Port, name: str) -> None:
    service = Service(name="web", labels={"kompose.service.nodeport.port": "30080"}, ports=(port,))
    assert migrated(service).written == {"publish": {"nodePorts": {name: 30080}}}


def test_a_node_port_of_one_of_several_ports_is_refused() -> None:
    ports = (Port(target=80), Port(target=81))
    service = Service(name="web", labels={"kompose.service.nodeport.port": "30080"}, ports=ports)
    assert [problem.path for problem in migrated(service).problems] == [
        "services.web.labels.kompose.service.nodeport.port"
    ]


def test_compose_goes_before_labels() -> None:
    labels = {"kompose.controller.type": "daemonset", "kompose.image-pull-policy": "Never"}
    service = Service(name="web", labels=labels, pull_policy="missing", deploy=Deploy(mode="replicated"))
    assert migrated(service).written == {}


def test_problems_lead_back_to_the_label() -> None:
    origins = migrated(Service(name="web", labels={"kompose.service.expose": "a.org,b.org"})).origins
    assert set(origins.values()) == {"services.web.labels.kompose.service.expose"}
    path = "services.web.x-kubernetes.ingress"
    assert set(origins) == {path, *(f"{path}.hosts{index}" for index in ("", "[0]", "[1]"))}


def test_mappings_that_only_labels_write_lead_back_to_a_label() -> None:
    labels = {"kompose.service.healthcheck.liveness.http_get_path": "/"}
    path = "services.web.x-kubernetes.probes"

    origins = migrated(Service(name="web", labels=labels)).origins
    assert set(origins) == {path, f"{path}.liveness", f"{path}.liveness.httpGet", f"{path}.liveness.httpGet.path"}

    extension = {"x-kubernetes": {"probes": {"liveness": {"httpGet": {"port": 80}}}}}
    origins = migrated(Service(name="web", labels=labels, extensions=extension)).origins
    assert set(origins) == {f"{path}.liveness.httpGet.path"}


def test_a_liveness_probe_has_the_timings_of_the_healthcheck() -> None:
    labels = {"kompose.service.healthcheck.liveness.tcp_port": "80"}
    check = Healthcheck(test=("CMD", "x"), interval=1_500_000_000, retries=4)

    found = migrated(Service(name="web", labels=labels, healthcheck=check)).written

    assert found == {"probes": {"liveness": {"tcpSocket": {"port": 80}, "periodSeconds": 2, "failureThreshold": 4}}}


def test_labels_of_deploy() -> None:
    deploy = Deploy(labels={"kompose.ephemeral-storage.limit": "1024Mi", "kompose.ephemeral-storage.request": "x"})

    found = migrated(Service(name="web", deploy=deploy))

    assert found.written == {"resources": {"limits": {"ephemeral-storage": "1Gi"}}}
    assert [problem.path for problem in found.problems] == [
        "services.web.deploy.labels.kompose.ephemeral-storage.request"
    ]
