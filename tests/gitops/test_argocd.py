"""Argo CD applies a stack, sees no difference afterwards, and prunes the stack but no data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.audit import Audit
from tests.cluster.client import Client
from tests.gitops.argocd import Application, health
from tests.gitops.test_argocd_health import SCRIPT
from tests.integration.conftest import Stacks, wait_for

STACK: dict[str, Any] = {
    "apiVersion": "composestack.io/v1alpha1",
    "kind": "ComposeStack",
    "metadata": {"name": "shop"},
    "spec": {
        "env": [{"name": "TAG", "value": "17"}],
        "compose": "services: {db: {image: 'postgres:${TAG}', volumes: ['data:/data']}}\nvolumes: {data: }\n",
    },
}
SETTINGS = [("annotation", False), ("label", False), ("annotation+label", True)]
NAMES = ["by annotation", "by label", "on the server"]


@pytest.fixture(params=SETTINGS, ids=NAMES)
def application(request: pytest.FixtureRequest, argocd: Path, cluster: Client, stacks: Stacks) -> Application:
    """An application with the name of the stack, the worst case: whatever says `instance: shop` belongs to it."""
    tracking, server_side = request.param
    return Application(argocd, cluster.kubeconfig, stacks.namespace, "shop", tracking, server_side)


def test_a_stack_is_applied_once_and_pruned_without_its_data(
    application: Application, stacks: Stacks, audit: Audit
) -> None:
    assert application.compare([STACK]) == {"ComposeStack/shop": "Missing"}
    assert application.sync([STACK]) == {"ComposeStack/shop": "Synced"}
    stacks.ready("shop")

    before = stacks.get("composestack", "shop")["metadata"]["resourceVersion"]
    audit.mark()
    assert application.compare([STACK]) == {"ComposeStack/shop": "Synced"}
    assert application.sync([STACK]) == {"ComposeStack/shop": "Synced"}
    assert stacks.get("composestack", "shop")["metadata"]["resourceVersion"] == before
    assert [str(call) for call in audit.writes(namespace=stacks.namespace, user_agent="composestack/")] == []

    assert application.compare([]) == {"ComposeStack/shop": "Pruned"}
    assert application.sync([]) == {"ComposeStack/shop": "Pruned"}
    wait_for(lambda: stacks.names("composestacks,deployments,services") == [], "the children to be collected")
    assert stacks.names("persistentvolumeclaims") == ["shop-data"]
    assert application.compare([]) == {}


def test_a_difference_is_seen(application: Application, stacks: Stacks) -> None:
    application.sync([STACK])
    stacks.ready("shop")
    stacks.kubectl("patch", "composestack", "shop", "--type=merge", "-p", '{"spec":{"exclude":["db"]}}')
    changed = {**STACK, "spec": {**STACK["spec"], "env": [{"name": "TAG", "value": "18"}]}}

    assert application.compare([changed]) == {"ComposeStack/shop": "OutOfSync"}


@pytest.mark.parametrize("application", [SETTINGS[1]], ids=NAMES[1:2], indirect=True)
def test_a_claim_with_the_label_of_the_application_would_be_pruned(application: Application, stacks: Stacks) -> None:
    application.sync([STACK])
    stacks.ready("shop")

    stacks.kubectl("label", "persistentvolumeclaim", "shop-data", "app.kubernetes.io/instance=shop")

    assert application.compare([STACK])["PersistentVolumeClaim/shop-data"] == "Pruned"


def test_the_health_of_live_stacks(argocd: Path, stacks: Stacks) -> None:
    stacks.apply("good", {"services": {"good": {"image": "nginx"}}})
    stacks.apply("bad", {"services": {"bad": {"image": "nginx", "privileged": True}}})
    stacks.apply("later", {"services": {"later": {"image": "nginx"}}}, suspend=True)
    stacks.ready("good")
    message = stacks.not_ready("bad", "Refused")["message"]
    stacks.not_ready("later", "Suspended")
    live = json.loads(stacks.kubectl("get", "composestacks", "-o", "json"))["items"]

    found = {body["metadata"]["name"]: answer for body, answer in zip(live, health(argocd, SCRIPT, live), strict=True)}

    assert {name: answer["status"] for name, answer in found.items()} == {
        "good": "Healthy",
        "bad": "Degraded",
        "later": "Suspended",
    }
    assert found["bad"]["message"] == message
