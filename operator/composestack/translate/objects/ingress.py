"""Ingresses: the host names by which the outside reaches services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from composestack.translate.objects.base import manifest, with_annotations
from composestack.translate.planned import Manifest
from composestack.translate.scope import Ingress as Settings

ANY = "*"
"""The host of a route that holds for every host name."""


class Route(NamedTuple):
    """A host name, which may begin with `*.`, or ANY; and a path below which everything goes to the service."""

    host: str
    path: str


def ingress(
    name: str,
    labels: Mapping[str, str],
    routes: Iterable[Route],
    backend: tuple[str, int],
    settings: Settings,
) -> Manifest:
    """Return an Ingress. `backend` is the name of a Service and its port.

    `settings` say its class, TLS and annotations.

    Rules are an atomic list: they bear every field, as the API server would write it.
    """
    paths: dict[str, list[str]] = {}
    for route in sorted(set(routes)):
        paths.setdefault(route.host, []).append(route.path)
    service = {"service": {"name": backend[0], "port": {"number": backend[1]}}}
    spec: dict[str, Any] = {
        "rules": [
            {
                **({} if host == ANY else {"host": host}),
                "http": {"paths": [{"backend": service, "path": path, "pathType": "Prefix"} for path in below]},
            }
            for host, below in paths.items()
        ]
    }
    if settings.class_name:
        spec["ingressClassName"] = settings.class_name
    if settings.tls_secret:
        named = [host for host in paths if host != ANY]
        spec["tls"] = [{**({"hosts": named} if named else {}), "secretName": settings.tls_secret}]
    return with_annotations(manifest("Ingress", name, labels, spec=spec), settings.annotations)
