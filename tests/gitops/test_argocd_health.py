"""What Argo CD makes of each situation of a stack, by the script that users are given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.gitops.argocd import health
from tests.kstatus.test_situations import SITUATIONS, Life, resource

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "examples" / "gitops" / "argocd" / "health.lua"

HEALTH = {
    "untouched": "Progressing",
    "new": "Progressing",
    "waiting_for_a_dependency": "Progressing",
    "ready": "Healthy",
    "edited": "Progressing",
    "healing": "Progressing",
    "invalid": "Degraded",
    "mended": "Healthy",
    "refused": "Degraded",
    "in_conflict": "Degraded",
    "rejected": "Degraded",
    "immutable": "Degraded",
    "without_its_source": "Progressing",
    "late": "Degraded",
    "behind_a_failed_dependency": "Degraded",
    "suspended_when_ready": "Suspended",
    "suspended_before_it_was_ready": "Suspended",
    "deleted": "Progressing",
}


def test_every_situation_has_its_health() -> None:
    assert HEALTH.keys() == {each.__name__ for each in SITUATIONS}


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda each: each.__name__)
async def test_argo_cd_says_what_is_so(argocd: Path, situation: Any) -> None:
    life = Life()
    await situation(life)

    (answer,) = health(argocd, SCRIPT, [resource(life.body)])

    assert answer["status"] == HEALTH[situation.__name__]


async def test_argo_cd_shows_what_the_stack_says(argocd: Path) -> None:
    life = Life(compose="services: {web: {image: nginx, privileged: true}}")
    await life.look()

    (answer,) = health(argocd, SCRIPT, [resource(life.body)])

    (ready,) = (each for each in life.body["status"]["conditions"] if each["type"] == "Ready")
    assert "services.web.privileged" in answer["message"]
    assert answer["message"] == ready["message"]


def test_argo_cd_waits_for_what_has_no_status(argocd: Path) -> None:
    body = resource({"metadata": {"name": "shop", "generation": 1}, "spec": {"compose": "services: {}"}})

    (answer,) = health(argocd, SCRIPT, [body])

    assert answer == {"status": "Progressing", "message": "waiting for the operator"}
