"""Which Go is taken."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cluster import toolchain
from tests.cluster.toolchain import NoGo, find_go, required_version


def pretend(path: Path, version: str) -> Path:
    """Write a `go` that says it has this version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)
    return path


def test_required_version_is_that_of_the_go_line() -> None:
    assert required_version("module m\n\ngo 1.26.0\n\nrequire x v1\n") == (1, 26, 0)


def test_a_go_on_path_that_is_too_old_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = pretend(tmp_path / "path" / "go", "go1.25.9"), pretend(tmp_path / "venv" / "go", "go1.26.0")
    monkeypatch.setenv("PATH", f"{old.parent}:/usr/bin:/bin")
    monkeypatch.setattr(sys, "executable", str(new.parent / "python"))
    assert find_go() == new


def test_a_go_on_path_that_is_new_enough_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, other = pretend(tmp_path / "path" / "go", "go1.30rc1"), pretend(tmp_path / "venv" / "go", "go1.26.0")
    monkeypatch.setenv("PATH", f"{mine.parent}:/usr/bin:/bin")
    monkeypatch.setattr(sys, "executable", str(other.parent / "python"))
    assert find_go() == mine


def test_without_any_the_error_says_what_was_found_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, broken = pretend(tmp_path / "old", "go1.4"), pretend(tmp_path / "broken", "nonsense")
    monkeypatch.setattr(toolchain, "_candidates", lambda: iter((old, broken)))
    with pytest.raises(NoGo, match=rf"Go 1\.26\.0 or newer is needed: {old} is 1\.4; {broken} is broken\..*make setup"):
        find_go()
