"""Services: the names by which pods are reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from composestack.translate.discovery import Reach
from composestack.translate.known_ports import KnownPort
from composestack.translate.objects.base import manifest, with_annotations
from composestack.translate.planned import Manifest
from composestack.translate.scope import Publish


def internal_service(
    name: str, labels: Mapping[str, str], selector: Mapping[str, str], ports: Sequence[KnownPort], reach: Reach
) -> Manifest:
    """Return the Service behind a name of the Compose network. False is what the API server does not write."""
    spec: dict[str, Any] = {"selector": dict(selector)}
    if reach.headless:
        spec["clusterIP"] = "None"
    if reach.early:
        spec["publishNotReadyAddresses"] = True
    if ports:
        spec["ports"] = [_port(port) for port in ports]
    return manifest("Service", name, labels, spec=spec)


def published_service(
    name: str, labels: Mapping[str, str], selector: Mapping[str, str], publish: Publish, ports: Sequence[dict[str, Any]]
) -> Manifest:
    """Return the Service by which the outside reaches published ports. One that is there twice is there once."""
    unique = {(port["port"], port["protocol"]): port for port in ports}
    spec: dict[str, Any] = {
        "ports": [unique[key] for key in sorted(unique)],
        "selector": dict(selector),
        "type": publish.type,
    }
    if publish.external_traffic_policy:
        spec["externalTrafficPolicy"] = publish.external_traffic_policy
    if publish.load_balancer_class:
        spec["loadBalancerClass"] = publish.load_balancer_class
    if publish.source_ranges:
        spec["loadBalancerSourceRanges"] = list(publish.source_ranges)
    return with_annotations(manifest("Service", name, labels, spec=spec), publish.annotations)


def _port(port: KnownPort) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": port.name, "port": port.number, "protocol": port.protocol}
    if port.app_protocol:
        entry["appProtocol"] = port.app_protocol
    return entry
