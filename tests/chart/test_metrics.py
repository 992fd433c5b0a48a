"""Prometheus finds the operator's pods, if somebody wants that."""

from __future__ import annotations

import json

from tests.chart.conftest import Render, operator_container, pick


def test_nothing_unless_asked_for(render: Render) -> None:
    manifests = render()
    assert not pick(manifests, "Service")
    assert not pick(manifests, "ServiceMonitor")


def test_a_service_leads_to_the_port_of_the_operator(render: Render) -> None:
    manifests = render({"metrics": {"enabled": True}})
    (service,), (deployment,) = pick(manifests, "Service"), pick(manifests, "Deployment")
    (port,) = operator_container(manifests)["ports"]

    assert service["spec"]["selector"] == deployment["spec"]["selector"]["matchLabels"]
    assert [each["targetPort"] for each in service["spec"]["ports"]] == [port["name"]]
    assert not pick(manifests, "ServiceMonitor")


def test_a_service_monitor_finds_the_service(render: Render) -> None:
    monitor_values = {"enabled": True, "interval": "1m", "labels": {"release": "prometheus"}}
    manifests = render({"metrics": {"serviceMonitor": monitor_values}})
    (service,), (monitor,) = pick(manifests, "Service"), pick(manifests, "ServiceMonitor")

    assert monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert monitor["metadata"]["labels"]["release"] == "prometheus"
    (endpoint,) = monitor["spec"]["endpoints"]
    assert endpoint == {"port": service["spec"]["ports"][0]["name"], "interval": "1m"}


def test_alerts_are_about_this_release(render: Render) -> None:
    manifests = render({"metrics": {"serviceMonitor": {"enabled": True}, "prometheusRule": {"enabled": True}}})
    (service,), (rule,) = pick(manifests, "Service"), pick(manifests, "PrometheusRule")

    expressions = [each["expr"] for group in rule["spec"]["groups"] for each in group["rules"]]
    selector = f'job="{service["metadata"]["name"]}", namespace="operators"'
    assert len(expressions) >= 5
    for expression in expressions:
        assert expression.count("composestack_") == expression.count(selector), expression


def test_the_dashboard_is_json_and_has_a_panel_a_place(render: Render) -> None:
    (found,) = (
        each
        for each in pick(render({"metrics": {"dashboard": {"enabled": True}}}), "ConfigMap")
        if each["metadata"]["labels"].get("grafana_dashboard") == "1"
    )
    board = json.loads(found["data"]["composestack.json"])

    places = [tuple(panel["gridPos"][key] for key in "xy") for panel in board["panels"]]
    assert len(set(places)) == len(places) >= 10
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in board["panels"])
