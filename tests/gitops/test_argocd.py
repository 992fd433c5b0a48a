"""Argo CD applies a stack, sees no difference afterwards, and prunes the stack but no data."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.audit import Audit
from tests.cluster.client import Client, output
from tests.cluster.cluster import Cluster
from tests.cluster.plugin import Kubectl
from tests.docs.pages import blocks
from tests.gitops.argocd import Application, health
from tests.gitops.test_argocd_health import SCRIPT
from tests.integration.conftest import ROOT, Stacks, wait_for

EXAMPLES = ROOT / "examples" / "gitops"
STACK: dict[str, Any] = yaml.safe_load((EXAMPLES / "apps" / "notes.yaml").read_text())
GUIDE = ROOT / "docs" / "guides" / "gitops.md"
CHANGED = {**STACK, "spec": {**STACK["spec"], "env": [{"name": "NOTES_VERSION", "value": "1.3"}]}}
SETTINGS = [("annotation", False), ("label", False), ("annotation+label", True)]
NAMES = ["by annotation", "by label", "on the server"]


@pytest.fixture(params=SETTINGS, ids=NAMES)
def application(
    request: pytest.FixtureRequest, argocd: Path, cluster: Client, stacks: Stacks, tmp_path: Path
) -> Application:
    """The example, with the name of the stack, the worst case: whatever says `instance: notes` belongs to it."""
    manifest = yaml.safe_load((EXAMPLES / "argocd" / "application.yaml").read_text())
    manifest["metadata"]["name"] = "notes"
    manifest["spec"]["destination"]["namespace"] = stacks.namespace
    (tmp_path / "application.yaml").write_text(yaml.safe_dump(manifest))
    return Application(argocd, cluster.kubeconfig, tmp_path / "application.yaml", *request.param)


def test_a_stack_is_applied_once_and_pruned_without_its_data(
    application: Application, stacks: Stacks, audit: Audit
) -> None:
    assert application.compare([STACK]) == {"ComposeStack/notes": "Missing"}
    assert application.sync([STACK]) == {"ComposeStack/notes": "Synced"}
    stacks.ready("notes")

    before = stacks.get("composestack", "notes")["metadata"]["resourceVersion"]
    audit.mark()
    assert application.compare([STACK]) == {"ComposeStack/notes": "Synced"}
    assert application.sync([STACK]) == {"ComposeStack/notes": "Synced"}
    assert stacks.get("composestack", "notes")["metadata"]["resourceVersion"] == before
    assert [str(call) for call in audit.writes(namespace=stacks.namespace, user_agent="composestack/")] == []

    assert application.compare([CHANGED]) == {"ComposeStack/notes": "OutOfSync"}
    assert application.compare([]) == {"ComposeStack/notes": "Pruned"}
    assert application.sync([]) == {"ComposeStack/notes": "Pruned"}
    wait_for(lambda: stacks.names("composestacks,deployments,services") == [], "the children to be collected")
    assert stacks.names("persistentvolumeclaims") == ["notes-data"]
    assert application.compare([]) == {}


@pytest.mark.parametrize("application", [SETTINGS[1]], ids=NAMES[1:2], indirect=True)
def test_a_claim_with_the_label_of_the_application_would_be_pruned(application: Application, stacks: Stacks) -> None:
    application.sync([STACK])
    stacks.ready("notes")

    stacks.kubectl("label", "persistentvolumeclaim", "notes-data", "app.kubernetes.io/instance=notes")

    assert application.compare([STACK])["PersistentVolumeClaim/notes-data"] == "Pruned"


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


def test_the_guide_brings_the_script_into_the_configuration(
    embedded: Cluster, kubectl: Kubectl, namespace: str
) -> None:
    kubectl(
        "create", "configmap", "argocd-cm", "--namespace", namespace, "--from-literal=url=https://argocd.example.com"
    )
    (command,) = (each.body for each in blocks(GUIDE) if "create configmap argocd-cm" in each.body)
    path = os.pathsep.join((str(embedded.bin), os.environ["PATH"]))
    environment = {**os.environ, "PATH": path, "KUBECONFIG": str(embedded.kubeconfig)}

    there = command.replace("--namespace argocd", f"--namespace {namespace}")
    output(["bash", "-euo", "pipefail", "-c", there], cwd=ROOT, environment=environment)

    data = json.loads(kubectl("get", "configmap", "argocd-cm", "--namespace", namespace, "-o", "json"))["data"]
    assert data == {
        "url": "https://argocd.example.com",
        "resource.customizations.health.composestack.io_ComposeStack": SCRIPT.read_text(),
    }
