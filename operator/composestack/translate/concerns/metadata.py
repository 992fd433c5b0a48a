"""Labels and annotations of services."""

from __future__ import annotations

from collections.abc import Iterable

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Service
from composestack.compose.problems import Notice
from composestack.translate.annotations import from_labels
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.objects.base import manifest, with_annotations
from composestack.translate.stack import Stack

UNREAD = {
    "traefik.": "Traefik",
    "com.centurylinklabs.watchtower.": "Watchtower",
    "ofelia.": "Ofelia",
    "homepage.": "Homepage",
    "com.github.nginx-proxy.": "nginx-proxy",
}
"""Labels by which software with access to the Docker socket is told what to do, by prefix."""


@translates(
    "services.*.labels",
    "services.*.annotations",
    caveat="Labels become annotations of the pods: nothing selects by them.",
)
def container_labels(service: Service, stack: Stack) -> Contribution:
    """Docker's labels and annotations describe the container, so they go to the pod template."""
    path = f"services.{service.name}"
    labels = from_labels(service.labels, f"{path}.labels")
    annotations = from_labels(service.annotations, f"{path}.annotations")
    values = {**labels.values, **annotations.values}
    if not values and not labels.problems and not annotations.problems:
        return NOTHING
    return Contribution(
        template={"annotations": values} if values else None,
        notices=[*labels.notices, *annotations.notices, *_unread(service.labels, f"{path}.labels")],
        problems=[*labels.problems, *annotations.problems],
    )


@translates("services.*.deploy.labels")
def service_labels(service: Service, stack: Stack) -> Contribution:
    """Swarm sets these on the service and not on its containers: so on the workload and its Service."""
    if service.deploy is None or not service.deploy.labels:
        return NOTHING
    found = from_labels(service.deploy.labels, f"services.{service.name}.deploy.labels")
    name = stack.labels[service.name]
    return Contribution(
        workload={"metadata": {"annotations": dict(found.values)}},
        objects=[with_annotations(manifest("Service", name), found.values)],
        notices=found.notices,
        problems=found.problems,
    )


def _unread(labels: Iterable[str], path: str) -> list[Notice]:
    readers = {reader for prefix, reader in UNREAD.items() if any(label.startswith(prefix) for label in labels)}
    return [
        Notice(path, NoticeCode.IGNORED, f"{reader} reads labels of Docker only, not of pods")
        for reader in sorted(readers)
    ]
