"""This loader and compose-go, on documents that a grammar generates: the same model, or an error in both.

The grammar leaves out where the two differ knowingly; differential/README.md says why. A look further than the fixed
examples: `pytest tests/conformance/test_differential.py --hypothesis-profile=long`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from composestack.compose import yaml
from composestack.compose.canonical.typed import plain
from composestack.compose.load import load
from composestack.compose.problems import InvalidCompose
from composestack.compose.show import document, show
from composestack.compose.uninterpolated import uninterpolated
from tests.cluster.toolchain import NoGo
from tests.conformance.case import Case, collect
from tests.conformance.differential.projects import APPLICATIONS, Application
from tests.conformance.differential.reference import Answer, Reference, build
from tests.conformance.differential.values import VARIABLES

CASES = Path(__file__).parent / "cases"

FIXED = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
SEARCH = settings.get_profile("long") if settings.get_current_profile_name() == "long" else FIXED


@pytest.fixture(scope="module")
def reference() -> Iterator[Reference]:
    try:
        program = build()
    except NoGo as error:
        pytest.skip(str(error))
    with Reference(program) as running:
        yield running


def ours(application: Application) -> Answer:
    try:
        project = load(application.source(), VARIABLES).project
    except InvalidCompose as error:
        return Answer(error=str(error))
    return Answer(model=json.loads(json.dumps(show(project))))


@pytest.mark.parametrize("family", APPLICATIONS)
@SEARCH
@given(data=st.data())
def test_both_load_the_same(reference: Reference, family: str, data: st.DataObject) -> None:
    application = data.draw(APPLICATIONS[family])
    expected = reference.load(application.request())
    assume(not expected.crashed)
    found = ours(application)

    assert (found.model, bool(found.error)) == (expected.model, bool(expected.error)), expected.error or found.error


@pytest.mark.parametrize("family", ["single", "layered"])
@SEARCH
@given(data=st.data())
def test_both_write_the_same_document(reference: Reference, family: str, data: st.DataObject) -> None:
    application = data.draw(APPLICATIONS[family])
    expected = reference.load({**application.request(), "yaml": True})
    assume(expected.model is not None)

    written = document(load(application.source(), VARIABLES).project)

    assert json.loads(json.dumps(written)) == plain(yaml.parse(expected.model, "reference")[0])


DIFFERENT = {
    "build-long": "the reference drops arguments of a build that have no value",
    "diff-name-unset": "a name that is nothing without its variable",
    "extends-null-over-null": "null over null is an empty list, and null in the reference",
    "extensions-date": "dates",
    "merge-null": "variables as a mapping, which the reference turns into a list if something null is merged with it",
    "names-interpolated": "the project has its name, not the letters of the variables in it",
    "service-dns": "one name to search stays a string in the reference",
    "service-options-dates": "dates",
    "service-tmpfs": "one mount stays a string in the reference",
    "workshop": "one mount stays a string in the reference",
    "yaml-date": "dates",
}
"""Cases that are printed in another form than by the reference where variables stay as they are written."""


@pytest.mark.parametrize("case", [each for each in collect(CASES) if each.expected], ids=lambda case: case.name)
def test_a_case_keeps_its_variables_as_in_the_reference(reference: Reference, case: Case) -> None:
    answer = reference.load({**request(case), "variables": True})
    if case.source.root is not None or answer.error:
        pytest.skip("the reference has another root, or checks the variables")

    try:
        written = json.loads(json.dumps(uninterpolated(case.source, case.variables), default=str))
    except InvalidCompose:
        written = None

    assert (written == answer.model) == (case.name not in DIFFERENT)


def request(case: Case) -> dict[str, Any]:
    source = case.source
    contents = {path: source.directory.read(path) or b"" for path in source.directory.below(".")}
    return {
        "files": {path: content.decode() for path, content in contents.items()},
        "compose": source.compose_files,
        "profiles": source.profiles,
        "env_files": source.env_files or (),
        "env": [f"{name}={value}" for name, value in case.variables.items()],
        "name": source.project_name or "",
        "directory": source.project_directory or "",
        "keep_env_file": not source.resolve_environment,
        "keep_unused": source.keep_unused,
    }


@pytest.mark.parametrize("case", list(collect(CASES)), ids=lambda case: case.name)
def test_a_case_expects_what_the_reference_says(reference: Reference, case: Case) -> None:
    if case.source.root is not None:
        pytest.skip("its paths are absolute, and the reference has another root")

    answer = reference.load(request(case))

    assert not answer.crashed
    assert (answer.model, bool(answer.error)) == (case.expected, case.expected is None), answer.error
