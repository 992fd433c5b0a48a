"""Routes of the Gateway API: what a Gateway, which is somebody else's, hands to a service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from composestack.translate.objects.base import manifest
from composestack.translate.planned import Manifest

GROUP = "gateway.networking.k8s.io"


class Parent(NamedTuple):
    """A Gateway, in the stack's own namespace ("") or in another one, and perhaps which of its listeners."""

    name: str
    namespace: str = ""
    section: str = ""


class Target(NamedTuple):
    """What a route leads to: a Service and its port, for these host names; of an HTTPRoute, below this path."""

    service: str
    port: int
    hostnames: tuple[str, ...]
    path: str = "/"


def route(kind: str, name: str, labels: Mapping[str, str], parents: Iterable[Parent], target: Target) -> Manifest:
    """Return a route. `kind` is HTTPRoute, GRPCRoute, TLSRoute or TCPRoute; the last knows no host names.

    Lists are atomic: they bear every field, as the API server would write it.
    """
    backend = {"group": "", "kind": "Service", "name": target.service, "port": target.port, "weight": 1}
    rule: dict[str, Any] = {"backendRefs": [backend]}
    if kind == "HTTPRoute":
        rule["matches"] = [{"path": {"type": "PathPrefix", "value": target.path}}]
    spec: dict[str, Any] = {"parentRefs": [_reference(parent) for parent in parents], "rules": [rule]}
    if target.hostnames and kind != "TCPRoute":
        spec["hostnames"] = list(target.hostnames)
    return manifest(kind, name, labels, spec=spec)


def _reference(parent: Parent) -> dict[str, Any]:
    whole = {
        "group": GROUP,
        "kind": "Gateway",
        "name": parent.name,
        "namespace": parent.namespace,
        "sectionName": parent.section,
    }
    return {key: value for key, value in whole.items() if value}
