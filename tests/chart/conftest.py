"""The chart's manifests as values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import pytest
import yaml

from tests.cluster.plugin import Helm

ROOT = Path(__file__).parents[2]
CHART = ROOT / "charts" / "composestack"

Manifest = dict[str, Any]


class Render(Protocol):
    """Render the chart with these values, as a release `compose` in the namespace `operators`."""

    def __call__(self, values: Mapping[str, Any] | None = None) -> list[Manifest]: ...


@pytest.fixture(scope="session")
def render(helm: Helm) -> Render:
    def template(values: Mapping[str, Any] | None = None) -> list[Manifest]:
        text = helm(
            "template", "compose", str(CHART), "--namespace=operators", "--values=-", stdin=yaml.safe_dump(values or {})
        )
        return [document for document in yaml.safe_load_all(text) if document]

    return template


def pick(manifests: list[Manifest], kind: str) -> list[Manifest]:
    """Return the manifests of one kind."""
    return [manifest for manifest in manifests if manifest["kind"] == kind]


def operator_container(manifests: list[Manifest]) -> Manifest:
    """Return the operator's container."""
    (deployment,) = pick(manifests, "Deployment")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    return dict(container)


def environment(manifests: list[Manifest]) -> dict[str, str]:
    """Return the variables of the operator's container that have a value."""
    return {entry["name"]: entry["value"] for entry in operator_container(manifests)["env"] if "value" in entry}
