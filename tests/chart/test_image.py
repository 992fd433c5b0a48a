"""The Dockerfile, as far as that can be told without a container engine."""

from __future__ import annotations

import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.chart.conftest import ROOT, Render, operator_container

Instruction = tuple[str, list[str]]


def instructions() -> list[Instruction]:
    """Return the Dockerfile's instructions with their words; comments are gone and continued lines joined."""
    text = "\n".join(line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.startswith("#"))
    lines = text.replace("\\\n", " ").splitlines()
    return [(words[0], words[1:]) for words in map(shlex.split, lines) if words]


def stages() -> list[list[Instruction]]:
    """Return the instructions of each stage, beginning with its FROM."""
    found: list[list[Instruction]] = []
    for name, words in instructions():
        if name == "FROM":
            found.append([])
        if found:
            found[-1].append((name, words))
    return found


def words_of(stage: list[Instruction], name: str) -> list[list[str]]:
    return [words for instruction, words in stage if instruction == name]


def test_two_stages_on_the_same_python() -> None:
    build, final = stages()
    assert build[0][1][0] == final[0][1][0] == "python:${PYTHON}-slim"
    # The virtual environment points to the interpreter and is not relocatable: same image, same path.
    assert words_of(final, "COPY") == [["--from=build", "/opt/composestack", "/opt/composestack"]]


def test_everything_that_is_copied_exists_and_is_in_the_build_context() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    sources = {source for words in words_of(stages()[0], "COPY") for source in words[:-1]}
    assert sources == allowed
    assert all((ROOT / source).exists() for source in sources)


def test_it_runs_as_the_user_that_the_chart_names(render: Render) -> None:
    final = stages()[1]
    assert words_of(final, "USER") == [["65532:65532"]]
    container = operator_container(render())
    assert words_of(final, "EXPOSE") == [[str(container["ports"][0]["containerPort"])]]
    assert words_of(final, "CMD") == [[f"[{', '.join(container['args'])}]"]]


def test_dependencies_are_installed_by_their_hashes() -> None:
    commands = [" ".join(words) for words in words_of(stages()[0], "RUN")]
    assert any("--require-hashes -r requirements.txt" in command for command in commands)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as in the first stage but with the tools that are installed."""
    directory = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", directory, ROOT], check=True)
    (built,) = directory.glob("*.whl")
    return built


def test_the_wheel_holds_the_program_and_only_that(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (entry_points,) = (archive.read(name).decode() for name in names if name.endswith("entry_points.txt"))
    assert "composestack = composestack.cli:main" in entry_points
    assert "composestack/py.typed" in names
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"composestack"}
