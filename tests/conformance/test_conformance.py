"""Cases with a known result: those of this repository always, a larger collection beside it when it is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from composestack.compose.load import load
from composestack.compose.problems import InvalidCompose
from composestack.compose.show import show
from tests.conformance.case import Case, collect

REPOSITORY = Path(__file__).parents[2]
SHARED = REPOSITORY.parent / "shared"
OWN = Path(__file__).parent / "cases"

ACCEPTED = {
    "bytes-float-exponent": "a size such as 1e6 is an error here, and silently no limit in the reference",
    "bytes-float-number": "a size such as 1024.5 is an error here, and silently no limit in the reference",
}
"""Where this loader differs from the reference knowingly."""


def cases(folder: Path) -> list[Any]:
    if not folder.is_dir():
        return [pytest.param(None, id=folder.name, marks=pytest.mark.skip(reason=f"{folder} is not there"))]
    return [pytest.param(case, id=case.name) for case in collect(folder)]


@pytest.mark.parametrize("case", cases(OWN))
def test_own_case(case: Case) -> None:
    check(case)


def test_own_cases_say_what_they_are_about() -> None:
    for call in OWN.glob("*/case.yaml"):
        assert {"area", "about"} <= yaml.safe_load(call.read_text()).keys(), call


@pytest.mark.parametrize("case", cases(SHARED / "conformance"))
def test_reference_case(case: Case) -> None:
    if case.name in ACCEPTED:
        with pytest.raises(AssertionError):
            check(case)
        return
    check(case)


@pytest.mark.parametrize("case", cases(SHARED / "realworld"))
def test_real_stack(case: Case) -> None:
    check(case)


def check(case: Case) -> None:
    """Load the case and compare with what it expects."""
    try:
        loaded = load(case.source, case.variables)
    except InvalidCompose as error:
        assert case.expected is None, f"unexpected: {error}"
        assert case.anchor in str(error)
    else:
        assert case.expected is not None, "loads, and should not"
        shown = json.loads(json.dumps(show(loaded.project)))
        assert shown == case.expected
