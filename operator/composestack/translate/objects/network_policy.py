"""NetworkPolicies. They only ever add up: a pod accepts what any policy that selects it allows.

Lists are atomic to server-side apply, so what the API server would fill in within them is written out (`protocol`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from composestack.translate.objects.base import manifest
from composestack.translate.planned import Manifest

Labels = Mapping[str, str]
_DNS_PORTS = [{"port": 53, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}]


def network(name: str, labels: Labels, members: Labels, peers: Labels | None) -> Manifest:
    """Return the policy of a network: its members accept `peers` at every port, or nobody (None)."""
    spec = _spec(members, "Ingress")
    if peers is not None:
        spec["ingress"] = [{"from": [_pods(peers)]}]
    return manifest("NetworkPolicy", name, labels, spec=spec)


def open_ports(name: str, labels: Labels, pods: Labels, ports: Iterable[tuple[int, str]]) -> Manifest:
    """Return the policy by which published ports are reached from anywhere."""
    allowed = [{"port": number, "protocol": protocol} for number, protocol in sorted(set(ports))]
    return manifest("NetworkPolicy", name, labels, spec={**_spec(pods, "Ingress"), "ingress": [{"ports": allowed}]})


def also_from(name: str, labels: Labels, members: Labels, peers: Sequence[Mapping[str, Any]] | None) -> Manifest:
    """Return the policy by which others reach the members of a network at every port: `peers`, or everybody (None)."""
    rule = {} if peers is None else {"from": [dict(peer) for peer in peers]}
    return manifest("NetworkPolicy", name, labels, spec={**_spec(members, "Ingress"), "ingress": [rule]})


def no_way_out(name: str, labels: Labels, pods: Labels, peers: Sequence[Labels], dns_cidrs: Iterable[str]) -> Manifest:
    """Return the policy of a service on internal networks only: it reaches its peers and name servers, nothing else."""
    dns: list[dict[str, Any]] = [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ]
    dns += [{"ipBlock": {"cidr": cidr}} for cidr in dns_cidrs]
    egress = [{"to": [_pods(peer) for peer in peers]}, {"ports": _DNS_PORTS, "to": dns}]
    return manifest("NetworkPolicy", name, labels, spec={**_spec(pods, "Egress"), "egress": egress})


def further(name: str, labels: Labels, pods: Labels, rules: Mapping[str, Sequence[dict[str, Any]]]) -> Manifest:
    """Return the policy that adds rules for some pods, by `ingress` and `egress`."""
    made = {direction: list(found) for direction, found in rules.items()}
    return manifest("NetworkPolicy", name, labels, spec={**_spec(pods, *map(str.capitalize, made)), **made})


def nothing(name: str, labels: Labels, pods: Labels) -> Manifest:
    """Return the policy that cuts pods off in both directions."""
    return manifest("NetworkPolicy", name, labels, spec=_spec(pods, "Ingress", "Egress"))


def _spec(pods: Labels, *directions: str) -> dict[str, Any]:
    return {"podSelector": {"matchLabels": dict(pods)}, "policyTypes": list(directions)}


def _pods(labels: Labels) -> dict[str, Any]:
    return {"podSelector": {"matchLabels": dict(labels)}}
