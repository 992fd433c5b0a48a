"""The operator's pods reach the API server and nothing else, if somebody wants that."""

from __future__ import annotations

from tests.chart.conftest import Render, operator_container, pick


def test_nothing_unless_asked_for(render: Render) -> None:
    assert not pick(render(), "NetworkPolicy")


def test_it_holds_for_the_operator_and_leaves_open_what_it_needs(render: Render) -> None:
    manifests = render({"networkPolicy": {"enabled": True, "apiServerPorts": [6443]}})
    (policy,), (deployment,) = pick(manifests, "NetworkPolicy"), pick(manifests, "Deployment")
    (port,) = operator_container(manifests)["ports"]

    spec = policy["spec"]
    assert spec["podSelector"] == deployment["spec"]["selector"]
    assert spec["policyTypes"] == ["Ingress", "Egress"]
    assert spec["ingress"] == [{"ports": [{"port": port["name"], "protocol": "TCP"}]}]
    assert [(each["port"], each["protocol"]) for rule in spec["egress"] for each in rule["ports"]] == [
        (6443, "TCP"),
        (53, "UDP"),
        (53, "TCP"),
    ]


def test_who_reads_metrics_can_be_limited(render: Render) -> None:
    peer = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}
    (policy,) = pick(render({"networkPolicy": {"enabled": True, "metricsFrom": [peer]}}), "NetworkPolicy")

    assert policy["spec"]["ingress"][0]["from"] == [peer]
