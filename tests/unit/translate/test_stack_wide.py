from __future__ import annotations

from typing import Any

import pytest

from composestack.compose.model import Deploy, Limits, Project, Resources, Service
from composestack.translate.scope import Publish, Scope, Storage
from composestack.translate.stack_wide import decided, resources


def project(**document: Any) -> Project:
    """Return a project whose document has this extension."""
    return Project(name="shop", extensions={"x-kubernetes": document} if document else {})


SCOPE = Scope(
    stack="shop", image_pull_secrets=("first",), publish=Publish("NodePort", {"a": "spec"}), storage=Storage("slow")
)


def test_a_silent_document_changes_nothing() -> None:
    assert decided(project(), SCOPE) == SCOPE


def test_the_document_goes_before_the_spec() -> None:
    scope = decided(
        project(
            imagePullSecrets=["second", "first"],
            isolation="none",
            storageClass="",
            publish={"type": "None", "annotations": {"b": "document"}},
        ),
        SCOPE,
    )

    assert scope.image_pull_secrets == ("first", "second")
    assert scope.network_policy is False
    assert scope.storage.class_name == ""
    assert (scope.publish.type, scope.publish.annotations) == ("None", {"a": "spec", "b": "document"})


def test_isolation_can_be_switched_on_again() -> None:
    assert decided(project(isolation="enforce"), Scope(stack="shop", network_policy=False)).network_policy is True


MEMORY = Deploy(resources=Resources(limits=Limits(memory=1)))


@pytest.mark.parametrize(
    ("service", "left"),
    [
        (Service(name="web"), {"limits": {"memory": "1Gi"}, "requests": {"cpu": "100m"}}),
        (Service(name="web", cpus=1.0), {"limits": {"memory": "1Gi"}}),
        (Service(name="web", cpu_shares=512), {"limits": {"memory": "1Gi"}}),
        (Service(name="web", mem_reservation=1), {"requests": {"cpu": "100m"}}),
        (Service(name="web", deploy=MEMORY), {"requests": {"cpu": "100m"}}),
        (
            Service(name="web", extensions={"x-kubernetes": {"resources": {"limits": {"cpu": "2"}}}}),
            {"limits": {"memory": "1Gi"}},
        ),
        (Service(name="web", extensions={"x-kubernetes": {"resources": []}}), None),
    ],
)
def test_a_service_keeps_what_it_says_of_a_resource(service: Service, left: Any) -> None:
    document = project(resources={"limits": {"memory": "1Gi"}, "requests": {"cpu": "100m"}})

    assert resources(document, service) == (left or {"limits": {"memory": "1Gi"}, "requests": {"cpu": "100m"}})
