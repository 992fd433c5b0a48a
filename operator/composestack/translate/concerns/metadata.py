"""Labels and annotations of services."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Service
from composestack.compose.problems import Notice
from composestack.translate.annotations import from_labels, is_allowed, is_reserved, not_allowed
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.kompose import host_ports
from composestack.translate.kompose.migration import HONOURED, HONOURED_OF_DEPLOY
from composestack.translate.names import is_qualified_name, label_value
from composestack.translate.objects.base import manifest, with_annotations
from composestack.translate.refusal import Refusal
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
    "services.*.x-kubernetes.podAnnotations",
    caveat="Labels become annotations of the pods. Those of kompose do what they do there, else a notice says so.",
)
def container_labels(service: Service, stack: Stack) -> Contribution:
    """Docker's labels and annotations describe the container, so they go to the pod template."""
    path = f"services.{service.name}"
    labels = from_labels(service.labels, f"{path}.labels", HONOURED)
    annotations = from_labels(service.annotations, f"{path}.annotations")
    own = from_labels(stack.settings[service.name].pod_annotations, f"{path}.x-kubernetes.podAnnotations")
    values = {**labels.values, **annotations.values, **own.values}
    return Contribution(
        template={"annotations": values} if values else None,
        notices=[*labels.notices, *annotations.notices, *own.notices, *_notices(service.labels, f"{path}.labels")],
        problems=[*labels.problems, *annotations.problems, *own.problems],
    )


@translates("services.*.x-kubernetes.podLabels", caveat="Labels by which the stack finds its own pods are refused.")
def pod_labels(service: Service, stack: Stack) -> Contribution:
    """Labels by which others select the pods: monitors, service meshes, policies."""
    own = stack.settings[service.name].pod_labels
    path = f"services.{service.name}.x-kubernetes.podLabels"
    problems = [
        Refusal(f"{path}.{key}", "the prefix of this key is reserved", "choose another key")
        for key in own
        if is_reserved(key)
    ]
    problems += [
        Refusal(f"{path}.{key}", f"Kubernetes has no label {key}={value}", "write letters, digits, dots and dashes")
        for key, value in own.items()
        if not is_qualified_name(key) or (value and value != label_value(value))
    ]
    return Contribution(template={"labels": dict(own)} if own and not problems else None, problems=problems)


@translates(
    "services.*.deploy.labels",
    "services.*.x-kubernetes.service.annotations",
    caveat="On the Service only those of `deploy.labels` that `policy.publish_annotations` lists, for controllers take "
    "orders from them; on the workload all.",
)
def service_labels(service: Service, stack: Stack) -> Contribution:
    """Swarm sets these on the service and not on its containers: so on the workload and its Service."""
    own = stack.settings[service.name].service.annotations
    written = service.deploy.labels if service.deploy else {}
    if not written and not own:
        return NOTHING
    path = f"services.{service.name}"
    found = from_labels(written, f"{path}.deploy.labels", HONOURED_OF_DEPLOY)
    allowed = stack.scope.policy.publish_annotations
    named = {key: value for key, value in found.values.items() if is_allowed(key, allowed)}
    name = stack.labels[service.name]
    return Contribution(
        workload={"metadata": {"annotations": dict(found.values)}} if found.values else None,
        objects=[with_annotations(manifest("Service", name), {**named, **own})],
        notices=found.notices,
        problems=[*found.problems, *not_allowed(own, f"{path}.x-kubernetes.service.annotations", allowed)],
    )


def _notices(labels: Collection[str], path: str) -> Iterator[Notice]:
    readers = {reader for prefix, reader in UNREAD.items() for label in labels if label.startswith(prefix)}
    for reader in sorted(readers):
        yield Notice(path, NoticeCode.IGNORED, f"{reader} reads labels of Docker only, not of pods")
    if host_ports.DOCUMENTED in labels:
        message = f"read as {host_ports.READ}, the spelling that kompose itself reads"
        yield Notice(f"{path}.{host_ports.DOCUMENTED}", NoticeCode.APPROXIMATED, message)
