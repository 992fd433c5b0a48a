"""What the chart says of itself to people who look for one (Artifact Hub docs, Helm annotations) is true."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
import yaml

from composestack.api.crd import custom_resource_definition
from composestack.api.v1alpha1 import API_VERSION, KIND, ComposeStackSpec
from composestack.compose.source import ProjectFiles
from composestack.reconcile.render import render as rendered
from composestack.translate.policy import Policy
from tests.chart.conftest import CHART, ROOT, Render, pick

METADATA = yaml.safe_load((CHART / "Chart.yaml").read_text())
ANNOTATIONS = {name.removeprefix("artifacthub.io/"): text for name, text in METADATA["annotations"].items()}
LEVELS = ("Basic Install", "Seamless Upgrades", "Full Lifecycle", "Deep Insights", "Auto Pilot")
CATEGORIES = (
    "ai-machine-learning",
    "database",
    "integration-delivery",
    "monitoring-logging",
    "networking",
    "security",
    "storage",
    "streaming-messaging",
)


def listed(name: str) -> list[dict[str, Any]]:
    """Return the list that an annotation holds as text."""
    found: list[dict[str, Any]] = yaml.safe_load(ANNOTATIONS[name])
    return found


def test_words_are_of_those_that_there_are() -> None:
    assert ANNOTATIONS["operatorCapabilities"] in LEVELS
    assert ANNOTATIONS["category"] in CATEGORIES
    for flag in ("operator", "containsSecurityUpdates", "prerelease"):
        assert ANNOTATIONS[flag] in {"true", "false"}


def test_the_license_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert ANNOTATIONS["license"] == project["license"]


def test_the_images_are_those_that_the_chart_runs(render: Render) -> None:
    workloads = [each for kind in ("Deployment", "Job") for each in pick(render(), kind)]
    containers = [each for work in workloads for each in work["spec"]["template"]["spec"]["containers"]]

    assert {each["image"] for each in listed("images")} == {container["image"] for container in containers}


def test_the_definition_is_the_one_that_is_installed() -> None:
    definition = custom_resource_definition()
    (told,) = listed("crds")

    assert told["name"] == definition["metadata"]["name"]
    assert told["kind"] == definition["spec"]["names"]["kind"]
    assert told["version"] in {version["name"] for version in definition["spec"]["versions"]}
    assert told["displayName"]
    assert told["description"]


@pytest.mark.parametrize("example", listed("crdsExamples"), ids=lambda example: example["metadata"]["name"])
def test_an_example_is_a_stack_that_can_be_run_anywhere(example: dict[str, Any]) -> None:
    assert (example["apiVersion"], example["kind"]) == (API_VERSION, KIND)
    spec = ComposeStackSpec.model_validate(example["spec"], extra="forbid")

    assert rendered(example["metadata"]["name"], spec, ProjectFiles({}), Policy()).manifests


@pytest.mark.parametrize("name", ["links", "recommendations"])
def test_links_lead_somewhere(name: str) -> None:
    assert all(each["url"].startswith("https://") for each in listed(name))
    assert all(each["name"] for each in listed(name) if name == "links")


def test_changes_say_what_kind_they_are() -> None:
    kinds = {"added", "changed", "deprecated", "removed", "fixed", "security"}

    assert listed("changes")
    assert all(each["kind"] in kinds and each["description"] for each in listed("changes"))
    security = any(each["kind"] == "security" for each in listed("changes"))
    assert ANNOTATIONS["containsSecurityUpdates"] == str(security).lower()
