"""A conformance case: a folder with input files, `case.yaml` (how it is called) and the expected JSON or error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from composestack.compose.source import ComposeSource, ProjectFiles

ROOT = "/project"
HOME = "/home/user"
NO_INPUT = {"case.yaml", "expected.json", "expected-error.txt", "source.txt"}


@dataclass(frozen=True)
class Case:
    name: str
    source: ComposeSource
    variables: dict[str, str]
    expected: Any
    """None: an error that has the word `anchor` in it."""
    anchor: str


def collect(folder: Path) -> Iterator[Case]:
    for each in sorted(folder.iterdir()):
        if (each / "case.yaml").is_file():
            yield read(each)


def read(folder: Path) -> Case:
    call = yaml.safe_load((folder / "case.yaml").read_text())
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).as_posix() not in NO_INPUT
    }
    expected = folder / "expected.json"
    if not (expected.is_file() or (folder / "expected-error.txt").is_file() or "anchor" in call):
        raise ValueError(f"the case {folder.name} expects nothing")
    env_files = call.get("env_files")
    return Case(
        name=folder.name,
        source=ComposeSource(
            directory=ProjectFiles(files),
            compose_files=tuple(call.get("files", ())),
            profiles=tuple(call.get("profiles", ())),
            env_files=None if env_files is None else tuple(env_files),
            project_name=call.get("project_name"),
            project_directory=call.get("project_directory"),
            root=ROOT if call.get("resolve_paths") else None,
            home=HOME,
            resolve_environment=call.get("resolve_env", True),
            keep_unused=call.get("keep_unused", False),
        ),
        variables={name: str(value) for name, value in call.get("env", {}).items()},
        expected=json.loads(expected.read_text()) if expected.is_file() else None,
        anchor=str(call.get("anchor", "")),
    )
