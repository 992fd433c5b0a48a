"""`composestack convert` prints what the operator applies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import yaml

from composestack.reconcile.observe import applied
from composestack.translate.digest import IDENTITY
from tests.integration.conftest import Stacks
from tests.integration.test_life import SHOP


def test_the_operator_applies_what_convert_prints(stacks: Stacks, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(SHOP)
    command = ["convert", "-f", str(tmp_path / "compose.yaml"), "--name", "shop", "-e", "PASSWORD=hunter2"]
    done = subprocess.run(
        [sys.executable, "-m", "composestack.cli", *command], capture_output=True, text=True, check=True
    )
    stacks.apply("shop", SHOP, env=[{"name": "PASSWORD", "value": "hunter2"}])
    status = stacks.ready("shop")

    printed = list(yaml.safe_load_all(done.stdout))

    assert sorted(f"{m['kind']}/{m['metadata']['name']}" for m in printed) == sorted(
        entry["id"] for entry in status["inventory"]
    )
    for manifest in printed:
        live = applied(stacks.get(manifest["kind"], manifest["metadata"]["name"]))
        for side in (live, manifest):
            side["metadata"] = {key: value for key, value in side["metadata"].items() if key not in IDENTITY}
        assert {key: value for key, value in manifest.items() if key not in {"apiVersion", "kind"}} == live
