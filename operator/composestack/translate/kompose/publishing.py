"""The labels about how a service is reached."""

from __future__ import annotations

from composestack.translate.kompose.label import Label, Table, one_of, text

_TYPES = ("NodePort", "LoadBalancer", "ClusterIP")


def _hosts(value: str) -> list[str] | None:
    hosts = [host.strip() for host in value.split(",") if host.strip()]
    return None if not hosts or hosts == ["true"] else hosts


LABELS: Table = {
    "kompose.service.expose": (Label("ingress.hosts", _hosts, "host names, such as shop.example.com/cart"),),
    "kompose.service.expose.ingress-class-name": (Label("ingress.className", text, "the name of an IngressClass"),),
    "kompose.service.expose.tls-secret": (Label("ingress.tls.secretName", text, "the name of a Secret"),),
    "kompose.service.type": (
        Label("service.type", one_of("Headless"), "headless"),
        Label("publish.type", one_of(*_TYPES), "nodeport, loadbalancer, clusterip or headless"),
    ),
}
