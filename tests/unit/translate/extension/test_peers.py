from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from composestack.translate.extension.peers import PortPeer


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ({"podSelector": {}}, {"from": [{"podSelector": {}}]}),
        ({"ports": [{"port": 80}]}, {"ports": [{"port": 80, "protocol": "TCP"}]}),
        (
            {"ipBlock": {"cidr": "10.0.0.0/8"}, "ports": [{"port": 1, "endPort": 9, "protocol": "UDP"}]},
            {
                "from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}],
                "ports": [{"port": 1, "endPort": 9, "protocol": "UDP"}],
            },
        ),
    ],
)
def test_a_rule_lets_a_peer_in_at_its_ports(written: dict[str, Any], rule: dict[str, Any]) -> None:
    assert PortPeer.model_validate(written).rule("from") == rule


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"ports": []},
        {"ipBlock": {"cidr": "10.0.0.0/8"}, "namespaceSelector": {}},
        {"ports": [{"port": 9, "endPort": 1}]},
    ],
)
def test_what_is_no_peer(written: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PortPeer.model_validate(written)
