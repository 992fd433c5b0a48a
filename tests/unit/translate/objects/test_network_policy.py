from __future__ import annotations

from composestack.translate.objects import network_policy

PODS = {"a": "b"}


def test_members_accept_members() -> None:
    spec = network_policy.network("n", {}, PODS, {"c": "d"})["spec"]

    assert spec["podSelector"] == {"matchLabels": PODS}
    assert spec["policyTypes"] == ["Ingress"]
    assert spec["ingress"] == [{"from": [{"podSelector": {"matchLabels": {"c": "d"}}}]}]


def test_members_accept_nobody() -> None:
    assert "ingress" not in network_policy.network("n", {}, PODS, None)["spec"]


def test_open_ports_are_sorted_and_said_once() -> None:
    spec = network_policy.open_ports("n", {}, PODS, [(80, "TCP"), (53, "UDP"), (80, "TCP")])["spec"]

    assert spec["ingress"] == [{"ports": [{"port": 53, "protocol": "UDP"}, {"port": 80, "protocol": "TCP"}]}]


def test_no_way_out_but_to_peers_and_name_resolution() -> None:
    spec = network_policy.no_way_out("n", {}, PODS, [{"c": "d"}], ["10.0.0.10/32"])["spec"]

    assert spec["policyTypes"] == ["Egress"]
    peers, dns = spec["egress"]
    assert peers == {"to": [{"podSelector": {"matchLabels": {"c": "d"}}}]}
    assert {port["port"] for port in dns["ports"]} == {53}
    assert {"ipBlock": {"cidr": "10.0.0.10/32"}} in dns["to"]


def test_nothing_passes() -> None:
    spec = network_policy.nothing("n", {}, PODS)["spec"]

    assert spec == {"podSelector": {"matchLabels": PODS}, "policyTypes": ["Ingress", "Egress"]}
