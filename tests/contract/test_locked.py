"""The lock files are in step with pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def name(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match
    return match[0].lower().replace("_", "-")


def locked(file: str) -> dict[str, str]:
    """Return version by name."""
    text = (ROOT / file).read_text()
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_dependency_is_locked(file: str) -> None:
    declared = project()["project"]
    wanted = set(map(name, declared["dependencies"]))
    if file == "requirements-dev.txt":
        wanted |= set(map(name, declared["optional-dependencies"]["dev"]))
    assert wanted <= locked(file).keys(), "run `make lock`"


def test_users_and_developers_have_the_same_versions() -> None:
    development = locked("requirements-dev.txt")
    assert locked("requirements.txt").items() <= development.items()


def test_the_build_tool_is_the_locked_one() -> None:
    (requirement,) = project()["build-system"]["requires"]
    assert requirement == f"hatchling=={locked('requirements-dev.txt')['hatchling']}"


def test_no_package_index_is_named() -> None:
    for file in ("requirements.txt", "requirements-dev.txt"):
        assert "://" not in (ROOT / file).read_text()
