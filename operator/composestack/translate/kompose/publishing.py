"""The labels about how a service is reached."""

from __future__ import annotations

from composestack.translate.kompose.label import Label, Table, number, one_of, text
from composestack.translate.objects.ingress import ANY

_TYPES = ("NodePort", "LoadBalancer", "ClusterIP")


def _hosts(value: str) -> list[str] | None:
    hosts = [host.strip() for host in value.split(",") if host.strip()]
    return None if not hosts else [ANY] if hosts == ["true"] else hosts


def _node_port(value: str) -> dict[str, int] | None:
    port = number(1, 65535)(value)
    return None if port is None else {ONLY: port}


ONLY = "*"
"""The only port that a service publishes: kompose's label does not say which."""


LABELS: Table = {
    "kompose.service.expose": (Label("ingress.hosts", _hosts, "host names, such as shop.example.com/cart"),),
    "kompose.service.expose.ingress-class-name": (Label("ingress.className", text, "the name of an IngressClass"),),
    "kompose.service.expose.tls-secret": (Label("ingress.tls.secretName", text, "the name of a Secret"),),
    "kompose.service.external-traffic-policy": (
        Label("publish.externalTrafficPolicy", one_of("Cluster", "Local"), "cluster or local"),
    ),
    "kompose.service.nodeport.port": (Label("publish.nodePorts", _node_port, "a port of the nodes, such as 30080"),),
    "kompose.service.type": (
        Label("service.type", one_of("Headless"), "headless"),
        Label("publish.type", one_of(*_TYPES), "nodeport, loadbalancer, clusterip or headless"),
    ),
}
