from __future__ import annotations

from typing import Any

import pytest

from composestack.compose.load import load
from composestack.compose.source import ComposeSource, ProjectFiles
from composestack.translate.extension.places import misplaced


def refused(**document: Any) -> list[str]:
    """Return what is wrong with the extension in a document, in short."""
    services = document.pop("services", {})
    whole = {"services": {"web": {"image": "acme/web", **services}}, **document}
    project = load(ComposeSource(directory=ProjectFiles({}), inline=whole, name="shop"), {}).project
    return [f"{each.path}: {each.remedy}" for each in misplaced(project)]


BLOCK = {"x-kubernetes": {"isolation": "none"}}


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"services": {"deploy": BLOCK}}, "services.web.deploy.x-kubernetes: write it at services.web.x-kubernetes"),
        (
            {"services": {"ports": [{"target": 80, "x-kubernetes": {"nodeport": 1}}]}},
            "services.web.ports[0].x-kubernetes.nodeport: write nodePort",
        ),
        ({"models": {"llm": {"model": "a", **BLOCK}}}, "models.llm.x-kubernetes: write it at x-kubernetes"),
    ],
)
def test_a_block_that_would_be_lost_is_refused(document: dict[str, Any], problem: str) -> None:
    if "models" in document:
        document = {**document, "services": {"models": ["llm"]}}
    assert problem in refused(**document)


def test_blocks_at_their_places_and_those_of_others_are_fine() -> None:
    ports = [{"target": 80, "x-kubernetes": {"nodePort": 30080}}]
    assert refused(services={"ports": ports, "deploy": {"x-other": BLOCK}, "x-anchor": BLOCK}, **BLOCK) == []


def test_what_a_service_says_is_read_elsewhere_with_what_labels_say() -> None:
    assert refused(services={"x-kubernetes": {"nonsense": True}}) == []
