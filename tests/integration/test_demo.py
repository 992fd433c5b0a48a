"""`make demo`, from nothing to three applications, and what it says to type next."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.client import output
from tests.cluster.cluster import Cluster
from tests.cluster.process import Process
from tests.integration.conftest import ROOT


@pytest.fixture
def state(binary: Path, tmp_path: Path) -> Iterator[Path]:
    """A state directory whose name needs quotes in a shell."""
    directory = tmp_path / "the demo"
    yield directory
    demo("stop", directory)


def demo(command: str, state: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "KUBECONFIG"}
    return output(
        [sys.executable, "-m", "tests.cluster.demo", command, f"--state={state}"], environment=environment, cwd=ROOT
    )


def test_demo(state: Path) -> None:
    said = demo("start", state)
    table, steps = said.split("\nHow to go on:\n")
    for name in ("queue", "shop", "web-redis"):
        assert f"\n{name} " in table

    commands, to_stop = steps.split("To stop:\n")
    assert to_stop.strip() == "make demo-stop"
    pasted = subprocess.run(["bash", "-eu"], input=commands, cwd=ROOT, capture_output=True, text=True, check=False)
    assert pasted.returncode == 0, pasted.stderr
    assert 'deployment.apps "shop-api" deleted' in pasted.stdout

    again = demo("start", state)
    assert "cluster runs already" in again
    assert "the operator runs already" in again

    demo("stop", state)
    assert not Process("composestack", state).running()
    assert not any(process.running() for process in Cluster(state).processes.values())
