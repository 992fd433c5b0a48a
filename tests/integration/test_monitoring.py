"""What alerts and dashboard of the chart ask for is what the operator tells."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.integration.conftest import Operator

CHART = Path(__file__).parents[2] / "charts" / "composestack"
NAME = re.compile(r"\b(?:composestack|process)_[a-z_]+")


def test_every_metric_that_is_asked_for_exists(operator: Operator) -> None:
    declared = [line.split() for line in operator.page("/metrics").splitlines() if line.startswith("# TYPE ")]
    told = {name for _, _, name, _ in declared} | {
        f"{name}_bucket" for _, _, name, kind in declared if kind == "histogram"
    }
    board = json.loads((CHART / "files" / "dashboard.json").read_text())
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    asked.append((CHART / "templates" / "prometheusrule.yaml").read_text())

    names = {name for text in asked for name in NAME.findall(text)}

    assert len(names) > 8
    assert names <= told
