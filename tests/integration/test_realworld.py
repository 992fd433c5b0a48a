"""Public stacks as their authors wrote them: each becomes objects that the API server takes, or is told why not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from composestack.api.v1alpha1 import ComposeStackSpec
from composestack.cluster.client import APPLY, Client, Request
from composestack.cluster.connecting import connect
from composestack.compose.problems import InvalidCompose
from composestack.directory import DirectoryOnDisk
from composestack.kinds import KINDS
from composestack.reconcile.observe import FIELD_MANAGER, applied
from composestack.reconcile.render import render
from composestack.translate.digest import digest
from composestack.translate.labels import DIGEST
from composestack.translate.plan import Manifest
from composestack.translate.policy import Policy
from composestack.translate.refusal import Refused
from tests.cluster.client import Client as Kubernetes
from tests.integration.conftest import Stacks

REALWORLD = Path(__file__).parents[3] / "shared" / "realworld"
STACKS = sorted(path for path in REALWORLD.glob("*") if path.is_dir())
CHOSEN = ("knadh__listmonk", "langfuse__langfuse", "zammad__zammad-docker-compose", "temporalio__docker-compose")

pytestmark = pytest.mark.skipif(not STACKS, reason=f"{REALWORLD} is not there")


@pytest.fixture
async def client(cluster: Kubernetes) -> AsyncIterator[Client]:
    client = await connect(str(cluster.kubeconfig))
    yield client
    await client.close()


def specification(stack: Path) -> dict[str, Any]:
    """The case as the spec of a ComposeStack, but for the files."""
    case = yaml.safe_load((stack / "case.yaml").read_text())
    spec = {"profiles": case.get("profiles"), "composeFiles": case.get("files")}
    spec["env"] = [{"name": name, "value": str(value)} for name, value in case.get("env", {}).items()]
    return {key: value for key, value in spec.items() if value}


async def test_every_stack_is_accepted_or_told_why_not(client: Client, namespace: str) -> None:
    async def surprises(stack: Path) -> list[str]:
        spec = ComposeStackSpec.model_validate(specification(stack))
        try:
            plan = render("shop", spec, DirectoryOnDisk(stack), Policy())
        except (InvalidCompose, Refused) as error:
            return [f"{stack.name}: no path in {problem}" for problem in error.problems if not problem.path]
        lives = await asyncio.gather(*(dry_run(client, namespace, manifest) for manifest in plan.manifests))
        return [
            f"{stack.name}: the API server changes {manifest['kind']}/{manifest['metadata']['name']}"
            for manifest, live in zip(plan.manifests, lives, strict=True)
            if digest(applied(live)) != manifest["metadata"]["annotations"][DIGEST]
        ]

    found = [await surprises(stack) for stack in STACKS]

    assert [surprise for each in found for surprise in each] == []


async def dry_run(client: Client, namespace: str, manifest: Manifest) -> Manifest:
    body = {**manifest, "metadata": {**manifest["metadata"], "namespace": namespace}}
    path = KINDS[manifest["kind"]].path(namespace, manifest["metadata"]["name"])
    query = {"fieldManager": FIELD_MANAGER, "force": "true", "dryRun": "All", "fieldValidation": "Strict"}
    live: Manifest = await client.call(Request("PATCH", path, body, query, APPLY))
    return live


@pytest.mark.parametrize("name", CHOSEN)
def test_stacks_become_ready(name: str, stacks: Stacks) -> None:
    stack = REALWORLD / name
    ours = {"case.yaml", "expected.json", "source.txt"}
    files = {
        path.relative_to(stack).as_posix(): path.read_text()
        for path in stack.rglob("*")
        if path.is_file() and path.name not in ours
    }

    stacks.apply("app", files=files, **specification(stack))

    ready, _, count = stacks.ready("app")["servicesReady"].partition("/")
    assert ready == count
    assert int(count) >= 2
