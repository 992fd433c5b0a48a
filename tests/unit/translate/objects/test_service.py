from __future__ import annotations

from composestack.translate.discovery import Reach
from composestack.translate.known_ports import KnownPort
from composestack.translate.objects.service import internal_service


def test_a_service_with_ports_has_one_address() -> None:
    made = internal_service(
        "web", {}, {"a": "b"}, [KnownPort(80, "TCP", "http", "http")], Reach(headless=False, early=False)
    )

    assert made["spec"] == {
        "ports": [{"appProtocol": "http", "name": "http", "port": 80, "protocol": "TCP"}],
        "selector": {"a": "b"},
    }


def test_a_headless_one_resolves_to_pods_that_are_not_ready_yet() -> None:
    spec = internal_service("web", {}, {"a": "b"}, [], Reach(headless=True, early=True))["spec"]

    assert spec == {"clusterIP": "None", "publishNotReadyAddresses": True, "selector": {"a": "b"}}
