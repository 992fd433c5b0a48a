"""Every golden manifest is one that the API server takes, with unknown and duplicate fields as errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.plugin import Kubectl

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.mark.parametrize("expected", sorted(GOLDEN.glob("*/expected.yaml")), ids=lambda path: path.parent.name)
def test_golden_manifests_are_accepted(expected: Path, namespace: str, kubectl: Kubectl, gateway_api: None) -> None:
    kubectl("-n", namespace, "apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", str(expected))
