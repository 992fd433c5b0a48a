"""What the document decides for the whole stack: its `x-kubernetes` goes before the spec of the resource."""

from __future__ import annotations

from collections.abc import Mapping

from composestack.compose.model import Project, Service
from composestack.translate.extension.document import DocumentSettings
from composestack.translate.extension.settings import KEY, settings_of
from composestack.translate.scope import Scope


def resources(project: Project, service: Service) -> Mapping[str, Mapping[str, str]]:
    """Return what the document says that a service may use, but for resources of which the service itself speaks."""
    own = settings_of(project, DocumentSettings).resources
    silent = {
        kind: {name: amount for name, amount in amounts.items() if not _speaks_of(name, service)}
        for kind, amounts in (("limits", own.limits), ("requests", own.requests))
    }
    return {kind: amounts for kind, amounts in silent.items() if amounts}


def _speaks_of(resource: str, service: Service) -> bool:
    asked = service.deploy.resources if service.deploy else None
    parts = [part for part in ((asked.limits, asked.reservations) if asked else ()) if part is not None]
    extension = service.extensions.get(KEY)
    said = extension.get("resources") if isinstance(extension, Mapping) else None
    if isinstance(said, Mapping) and any(isinstance(each, Mapping) and resource in each for each in said.values()):
        return True
    if resource == "cpu":
        return any((service.cpus, service.cpu_quota, service.cpu_shares, *(part.cpus for part in parts)))
    if resource == "memory":
        return any((service.mem_limit, service.mem_reservation, *(part.memory for part in parts)))
    return resource == "ephemeral-storage" and bool(service.storage_opt)


def decided(project: Project, scope: Scope) -> Scope:
    """Return the scope as the document changes it. What a service says itself goes before both."""
    own = settings_of(project, DocumentSettings)
    publish, storage = scope.publish, scope.storage
    return scope._replace(
        image_pull_secrets=tuple(dict.fromkeys((*scope.image_pull_secrets, *own.image_pull_secrets))),
        publish=publish._replace(
            type=own.publish.type or publish.type,
            annotations={**publish.annotations, **own.publish.annotations},
            external_traffic_policy=own.publish.external_traffic_policy,
            load_balancer_class=own.publish.load_balancer_class,
            source_ranges=own.publish.source_ranges,
        ),
        storage=storage._replace(class_name=storage.class_name if own.storage_class is None else own.storage_class),
        network_policy=scope.network_policy if own.isolation is None else own.isolation == "enforce",
    )
