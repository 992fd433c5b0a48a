"""The page of limits says what the loader does: every limit of the code, with its number."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from composestack import compose

PAGE = Path(__file__).parents[2] / "docs" / "limits.md"
MIB = " MiB"

LIMITS = {
    "yaml.MAX_BYTES": "size of a Compose file",
    "composer.MAX_NODES": "values in a Compose file",
    "composer.MAX_ALIASED": "text that aliases stand for",
    "composer.MAX_DEPTH": "nesting of mappings and lists",
    "layers.MAX_DOCUMENTS": "documents of an application",
    "layers.MAX_VALUES": "values that documents touch which go over others",
    "template.MAX_LENGTH": "text of a document with its variables replaced",
    "template.MAX_DEPTH": "nesting of variables, `${A:-${B:-…}}`",
    "canonical.document.MAX_EXPANDED": "short forms",
    "canonical.ports.MAX_PORTS": "ports of a service",
    "canonical.typed.MAX_ELEMENTS": "services, jobs, ports, mounts, …",
    "include.MAX_INCLUDES": "applications that are included",
    "include.MAX_DEPTH": "includes in one another",
    "extends.MAX_DEPTH": "services that extend one another",
    "extends.MAX_VALUES": "values that services inherit by `extends`, and hooks from services",
    "documents.MAX_REPEATED": "text of files that is parsed again, as several applications include or extend them",
    "environment.MAX_FILE_BYTES": "environment files that services read",
    "dotenv.MAX_VARIABLES": "variables in an environment file",
    "problems.MAX_PROBLEMS": "problems in reading a file",
    "report.MAX_PROBLEMS": "problems in an application",
}
"""The limits by the constant that the code has."""
ALSO = {"values of the variables in an environment file": "template.MAX_LENGTH"}
"""A constant may be the number of two limits."""
NO_LIMITS = {"canonical.ports.MAX_PORT", "canonical.typed.MAX_SUGGESTIONS"}
"""What TCP says, and how many typing errors get a suggestion."""


def constants() -> Iterator[str]:
    """Yield the constants of the loader that are called a maximum, where they are defined."""
    for module in pkgutil.walk_packages(compose.__path__, f"{compose.__name__}."):
        if module.ispkg:
            continue
        source = Path(importlib.import_module(module.name).__file__ or "").read_text()
        for line in source.splitlines():
            if line.startswith("MAX_"):
                yield f"{module.name.removeprefix(f'{compose.__name__}.')}.{line.partition(' =')[0]}"


def value(constant: str) -> int:
    module, _, name = constant.rpartition(".")
    number = getattr(importlib.import_module(f"{compose.__name__}.{module}"), name)
    assert isinstance(number, int)
    return number


def rows() -> dict[str, str]:
    cells = [line.strip("| ").split(" | ") for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    return {row[0]: row[1].rstrip(" |") for row in cells[1:]}


def test_every_limit_of_the_code_is_on_the_page() -> None:
    assert set(constants()) == LIMITS.keys() | NO_LIMITS


def test_the_page_has_no_other_limits() -> None:
    assert rows().keys() == {*LIMITS.values(), *ALSO}


@pytest.mark.parametrize(("what", "constant"), [*((what, name) for name, what in LIMITS.items()), *ALSO.items()])
def test_the_page_says_the_number(what: str, constant: str) -> None:
    written = rows()[what].removesuffix(" levels")
    unit = 2**20 if written.endswith(MIB) else 1
    assert int(written.removesuffix(MIB).replace(",", "")) * unit == value(constant)
