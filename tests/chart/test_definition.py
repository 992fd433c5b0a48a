"""The chart installs the CustomResourceDefinition as it is generated."""

from __future__ import annotations

import pytest
import yaml

from tests.chart.conftest import CHART, ROOT, Render, pick

GENERATED = ROOT / "crds" / "composestacks.yaml"


def test_the_copy_in_the_chart_is_in_step() -> None:
    copy = CHART / "files" / "composestacks.yaml"
    assert copy.read_bytes() == GENERATED.read_bytes(), "run `make generate`"


@pytest.mark.parametrize("keep", [True, False])
def test_the_installed_definition_is_the_generated_one_with_labels(render: Render, keep: bool) -> None:
    (installed,) = pick(render({"crds": {"keep": keep}}), "CustomResourceDefinition")
    generated = yaml.safe_load(GENERATED.read_text())

    assert installed["spec"] == generated["spec"]
    policy = {"helm.sh/resource-policy": "keep"} if keep else {}
    assert installed["metadata"]["annotations"] == generated["metadata"]["annotations"] | policy
    assert installed["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "Helm"


def test_the_definition_can_be_left_out(render: Render) -> None:
    assert not pick(render({"crds": {"enabled": False}}), "CustomResourceDefinition")


def test_the_definition_fits_into_the_annotation_of_kubectl_apply() -> None:
    assert GENERATED.stat().st_size < 200_000
