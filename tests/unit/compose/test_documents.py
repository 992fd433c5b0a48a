from __future__ import annotations

import pytest

from composestack.compose.documents import MAX_REPEATED, Documents, Reference, below
from composestack.compose.report import Report
from composestack.compose.source import ProjectFiles
from composestack.compose.template import MAX_LENGTH
from composestack.compose.tree import Map
from tests.unit.compose.application import problems, project

FILES = {"a.yaml": "services: {}\n---\nx-a: 1", "bad.yaml": "a: [", "1.env": "A=1\nB=1", "2.env": "B=2\nC=$A$B$OUT"}


def documents() -> Documents:
    return Documents(ProjectFiles.from_text(FILES), Report())


def test_files_are_parsed_into_their_documents() -> None:
    assert documents().parse("a.yaml") == [{"services": {}}, {"x-a": 1}]


@pytest.mark.parametrize("path", ["no.yaml", "bad.yaml", "../a.yaml", "/a.yaml", "https://x/a.yaml"])
def test_what_cannot_be_read_is_reported(path: str) -> None:
    found = documents()
    assert found.parse(path) == []
    assert found.incomplete
    assert found.report.problems


def test_the_problem_is_where_the_file_is_named() -> None:
    found = documents()
    found.read("no.yaml", Reference(Map([("include", "no.yaml")], {"include": ("c.yaml", 3, 1)}), ("include",)))
    assert [(each.file, each.line, each.path) for each in found.report.problems] == [("c.yaml", 3, "include")]


def test_later_environment_files_win_and_see_earlier_ones() -> None:
    variables = documents().variables([("1.env", None), ("2.env", None)], {"OUT": "o", "A": "given"})
    assert variables == {"A": "1", "B": "2", "C": "given2o"}


def test_preparing_replaces_variables_and_expands_short_forms() -> None:
    found = documents()
    document = Map([("services", Map([("web", Map([("dns", "${A}"), ("user", "$U")]))]))])
    assert found.prepare(document, {"A": "1.1.1.1"}) == {"services": {"web": {"dns": ["1.1.1.1"], "user": ""}}}
    assert set(found.unset) == {"U"}


def test_a_bad_variable_is_reported_and_stays() -> None:
    found = documents()
    assert found.prepare(Map([("a", "${B:?need}")]), {}) == {"a": "${B:?need}"}
    assert [problem.path for problem in found.report.problems] == ["a"]
    assert not found.incomplete


def test_a_document_that_grows_too_long_is_none() -> None:
    found = documents()
    assert found.prepare(Map([("a", "$B"), ("b", "$B")]), {"B": "x" * MAX_LENGTH}) is None
    assert found.incomplete


def test_below() -> None:
    assert (below("sub", "./a"), below("sub", "https://x"), below("sub", "../../a")) == ("sub/a", "https://x", "../a")


def test_a_file_is_not_parsed_again_and_again() -> None:
    files = {
        f"{index}.yaml": f"services: {{s{index}: {{extends: {{file: large.yaml, service: a}}}}}}" for index in "abc"
    }
    names = ", ".join(f"'{name}'" for name in files)
    files["large.yaml"] = f"services: {{a: {{image: x}}}}\n# {'x' * (MAX_REPEATED // 2)}"
    [found] = problems(f"include: [{names}]", files)
    assert (found.file, "again and again" in found.message) == ("large.yaml", True)
    del files["c.yaml"]
    assert set(project("include: ['a.yaml', 'b.yaml']", files).services) == {"sa", "sb"}
