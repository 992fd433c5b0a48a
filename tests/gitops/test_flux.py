"""Flux applies a repository of stacks, waits until they are ready, and prunes them without their data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.audit import Audit
from tests.cluster.client import Client
from tests.cluster.plugin import Kubectl
from tests.gitops.flux import Flux, running
from tests.gitops.git import Repository, served
from tests.integration.conftest import ROOT, Stacks, wait_for

EXAMPLES = ROOT / "examples" / "gitops"
NOTES = (EXAMPLES / "apps" / "notes.yaml").read_text()
VARIABLES = ("${NOTES_VERSION:-1.2}", "$${USER}")
OTHER = """
apiVersion: composestack.io/v1alpha1
kind: ComposeStack
metadata: {name: other}
spec: {compose: "services: {other: {image: nginx}}"}
"""
REFUSED = """
apiVersion: composestack.io/v1alpha1
kind: ComposeStack
metadata: {name: refused}
spec: {compose: "services: {web: {image: nginx, privileged: true}}"}
"""
TIMEOUT = 120.0


@pytest.fixture(scope="session")
def served_flux(flux: Flux, kubectl: Kubectl) -> Flux:
    """The controllers of Flux, and the definitions of their kinds, served."""
    for directory in flux.definitions:
        kubectl("apply", "--server-side", "-f", str(directory))
        kubectl("wait", "--for=condition=Established", "-f", str(directory), "--timeout=30s")
    return flux


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with served(tmp_path / "apps") as repository:
        yield repository


class Deployed:
    """What the example for Flux makes of a repository, in one namespace."""

    def __init__(self, stacks: Stacks, repository: Repository) -> None:
        self.repository = repository
        self._stacks = stacks

    def deploy(self, stacks: Mapping[str, str], **spec: Any) -> None:
        """Commit stacks, apply the example for the repository, and wait until Flux has done with it, well or not.

        `spec` is what the Kustomization shall have besides.
        """
        revision = self._commit(stacks)
        source, kustomization = yaml.safe_load_all((EXAMPLES / "flux" / "apps.yaml").read_text())
        source["spec"]["url"] = self.repository.url
        kustomization["spec"] |= {"path": "./", "targetNamespace": self._stacks.namespace, **spec}
        for each in (source, kustomization):
            each["metadata"]["namespace"] = self._stacks.namespace
            self._stacks.kubectl("apply", "-f", "-", stdin=json.dumps(each))
        self._attempted(revision)

    def push(self, stacks: Mapping[str, str]) -> None:
        """Commit stacks in place of those that were there, and wait until Flux has done with them, well or not."""
        revision = self._commit(stacks)
        self._request("gitrepository")
        self._attempted(revision)

    def _commit(self, stacks: Mapping[str, str]) -> str:
        return self.repository.commit({f"{name}.yaml": text for name, text in stacks.items()})

    def _attempted(self, revision: str) -> None:
        def attempted() -> bool:
            status = self._status("kustomization")
            return revision in status.get("lastAttemptedRevision", "") and self._settled(status)

        wait_for(attempted, f"Flux to apply {revision}", lambda: str(self._status("kustomization")), TIMEOUT)

    def again(self) -> None:
        """Have Flux apply what it has once more, and wait until it has."""
        request = self._request("kustomization")

        def done() -> bool:
            status = self._status("kustomization")
            return bool(status.get("lastHandledReconcileAt") == request and self._settled(status))

        wait_for(done, "Flux to apply once more", lambda: str(self._status("kustomization")), TIMEOUT)

    @property
    def ready(self) -> dict[str, str]:
        """The condition Ready of the Kustomization."""
        return _ready(self._status("kustomization"))

    def _request(self, kind: str) -> str:
        request = f"{self._status(kind).get('lastHandledReconcileAt', '')}+"
        self._stacks.kubectl("annotate", kind, "apps", "--overwrite", f"reconcile.fluxcd.io/requestedAt={request}")
        return request

    def _status(self, kind: str) -> dict[str, Any]:
        status: dict[str, Any] = self._stacks.get(kind, "apps").get("status", {})
        return status

    @staticmethod
    def _settled(status: dict[str, Any]) -> bool:
        reconciling = any(each["type"] == "Reconciling" for each in status.get("conditions", ()))
        return _ready(status)["status"] != "Unknown" and (not reconciling or _ready(status)["status"] == "False")


def _ready(status: dict[str, Any]) -> dict[str, str]:
    waiting = {"type": "Ready", "status": "Unknown"}
    return next((each for each in status.get("conditions", ()) if each["type"] == "Ready"), waiting)


@pytest.fixture
def deployed(cluster: Client, served_flux: Flux, stacks: Stacks, repository: Repository) -> Iterator[Deployed]:
    with running(served_flux, cluster.kubeconfig, stacks.namespace, repository.directory.parent):
        yield Deployed(stacks, repository)
        stacks.kubectl("delete", "kustomizations,gitrepositories", "--all")


def test_a_repository_of_stacks_becomes_ready_and_stays_so(deployed: Deployed, stacks: Stacks, audit: Audit) -> None:
    deployed.deploy({"notes": NOTES})

    assert deployed.ready["status"] == "True", deployed.ready
    stacks.ready("notes")
    stack = stacks.get("composestack", "notes")
    for variable in VARIABLES:
        assert variable in stack["spec"]["compose"]
    (image,) = (each["image"] for each in stack["status"]["services"] if each["name"] == "web")
    assert image == "registry.example.com/acme/notes:1.2"

    audit.mark()
    for _ in range(2):
        deployed.again()

    assert stacks.get("composestack", "notes")["metadata"]["resourceVersion"] == stack["metadata"]["resourceVersion"]
    written = [call for call in audit.writes(namespace=stacks.namespace) if call.resource == "composestacks"]
    assert [str(call) for call in written if "dryRun=All" not in call.uri] == []
    assert {call.user_agent.split("/")[0] for call in written} == {"kustomize-controller"}


def test_variables_of_compose_are_its_own(deployed: Deployed, stacks: Stacks) -> None:
    bare = yaml.safe_load(NOTES)
    bare["metadata"] = {"name": "bare"}
    bare["spec"]["compose"] = "services: {bare: {image: 'nginx:${NOTES_VERSION:-1.2}'}}"
    deployed.deploy(
        {"notes": NOTES, "bare": yaml.safe_dump(bare)}, postBuild={"substitute": {"NOTES_VERSION": "from-flux"}}
    )

    assert deployed.ready["status"] == "True", deployed.ready
    for variable in VARIABLES:
        assert variable in stacks.get("composestack", "notes")["spec"]["compose"]
    assert "nginx:from-flux" in stacks.get("composestack", "bare")["spec"]["compose"]


def test_what_is_taken_out_is_pruned_without_its_data(deployed: Deployed, stacks: Stacks) -> None:
    deployed.deploy({"notes": NOTES})
    stacks.ready("notes")

    deployed.push({"other": OTHER})

    assert deployed.ready["status"] == "True", deployed.ready
    assert stacks.names("composestacks") == ["other"]
    wait_for(lambda: "notes-web" not in stacks.names("deployments"), "the children to be collected")
    assert "notes-data" in stacks.names("persistentvolumeclaims")


def test_a_refused_stack_is_named_and_so_is_the_reason(deployed: Deployed, stacks: Stacks) -> None:
    deployed.deploy({"refused": REFUSED})

    assert (deployed.ready["status"], deployed.ready["reason"]) == ("False", "HealthCheckFailed")
    assert f"ComposeStack/{stacks.namespace}/refused status: 'Failed'" in deployed.ready["message"]
    assert "services.web.privileged" in stacks.not_ready("refused", "Refused")["message"]

    deployed.push({"refused": REFUSED.replace(", privileged: true", "")})

    assert deployed.ready["status"] == "True", deployed.ready
