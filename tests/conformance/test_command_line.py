"""`composestack config` prints what the cases expect: all of this repository's, and some of a larger collection's."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from composestack.cli import main
from composestack.cli.application import INVALID

OWN = Path(__file__).parent / "cases"
REFERENCE = Path(__file__).parents[3] / "shared" / "conformance"
EVERY = 10
"""Loading is what test_conformance.py tests, with every case."""


def cases() -> list[Path]:
    folders = [path.parent for path in sorted(OWN.glob("*/case.yaml"))]
    return folders + [path.parent for path in sorted(REFERENCE.glob("*/case.yaml"))][::EVERY]


def options(call: dict[str, Any], root: Path) -> list[str]:
    """Return how a conformance case is called (its README): paths in it count from the project."""
    result = [f"--file={root / path}" for path in call.get("files", ())]
    result += [f"--env={name}={value}" for name, value in call.get("env", {}).items()]
    result += [f"--env-file={root / path}" for path in call.get("env_files", ())]
    result += [f"--profile={profile}" for profile in call.get("profiles", ())]
    if "project_name" in call:
        result.append(f"--project-name={call['project_name']}")
    result += ["--resolve-paths"] if call.get("resolve_paths") else []
    result += ["--no-env-resolution"] if not call.get("resolve_env", True) else []
    result += ["--keep-unused"] if call.get("keep_unused") else []
    return [f"--project-directory={root}", "--format=json", *result]


@pytest.mark.parametrize("folder", cases(), ids=lambda folder: folder.name)
def test_a_conformance_case_is_printed_as_expected(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = yaml.safe_load((folder / "case.yaml").read_text())
    if "project_directory" in call:
        pytest.skip("its files lie outside of the project directory, which the command line does not read")
    root = tmp_path / "project"
    shutil.copytree(folder, root)
    monkeypatch.setenv("HOME", "/home/user")

    result = CliRunner().invoke(main, ["config", *options(call, root)])

    if (expected := folder / "expected.json").is_file():
        assert result.exit_code == 0, result.stderr
        assert json.loads(result.stdout.replace(str(root), "/project")) == json.loads(expected.read_text())
    else:
        assert result.exit_code == INVALID, result.output
        assert (result.stdout, result.stderr[:7]) == ("", "error: ")
