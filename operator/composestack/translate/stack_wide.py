"""What the document decides for the whole stack: its `x-kubernetes` goes before the spec of the resource."""

from __future__ import annotations

from dataclasses import replace

from composestack.compose.model import Project
from composestack.translate.extension.document import DocumentSettings
from composestack.translate.extension.settings import settings_of
from composestack.translate.scope import Scope


def decided(project: Project, scope: Scope) -> Scope:
    """Return the scope as the document changes it. What a service says itself goes before both."""
    own = settings_of(project, DocumentSettings)
    publish, storage = scope.publish, scope.storage
    return replace(
        scope,
        image_pull_secrets=tuple(dict.fromkeys((*scope.image_pull_secrets, *own.image_pull_secrets))),
        publish=replace(
            publish,
            type=own.publish.type or publish.type,
            annotations={**publish.annotations, **own.publish.annotations},
            external_traffic_policy=own.publish.external_traffic_policy,
            load_balancer_class=own.publish.load_balancer_class,
            source_ranges=own.publish.source_ranges,
        ),
        storage=replace(storage, class_name=storage.class_name if own.storage_class is None else own.storage_class),
        network_policy=scope.network_policy if own.isolation is None else own.isolation == "enforce",
    )
