from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from composestack.translate.extension.probes import LethalProbe, Probe

HTTP = {
    "httpGet": {"path": "/", "port": "http", "scheme": "HTTP", "httpHeaders": [{"name": "a", "value": "b"}]},
    "failureThreshold": 2,
    "initialDelaySeconds": 3,
    "periodSeconds": 4,
    "successThreshold": 5,
    "timeoutSeconds": 6,
}


@pytest.mark.parametrize(
    "written",
    [
        HTTP,
        {"exec": {"command": ["true"]}},
        {"grpc": {"port": 80, "service": "live"}},
        {"tcpSocket": {"port": 80}},
        {"disable": True},
    ],
)
def test_a_probe_is_as_kubernetes_has_it(written: dict[str, Any]) -> None:
    assert Probe.model_validate(written).manifest() == written


@pytest.mark.parametrize("port", ["80", 80])
def test_a_port_is_a_number(port: object) -> None:
    probe = Probe.model_validate({"tcpSocket": {"port": port}})
    assert probe.tcp_socket is not None
    assert probe.tcp_socket.port == 80


@pytest.mark.parametrize("port", [0, 65536, "0", True, 1.5, None, []])
def test_what_is_no_port(port: object) -> None:
    with pytest.raises(ValidationError, match="is no port"):
        Probe.model_validate({"tcpSocket": {"port": port}})


@pytest.mark.parametrize("written", [{"periodSeconds": 1}, {"exec": {"command": ["a"]}, "grpc": {"port": 1}}])
def test_a_probe_has_one_way_to_find_out(written: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="needs one of"):
        Probe.model_validate(written)


def test_one_success_makes_a_container_alive() -> None:
    with pytest.raises(ValidationError, match="successThreshold"):
        LethalProbe.model_validate(HTTP)
