from __future__ import annotations

import pytest

from composestack.compose.problems import InvalidCompose
from composestack.compose.report import MAX_PROBLEMS, Report, find
from composestack.compose.tree import UNKNOWN
from tests.unit.compose.application import tree

TEXT = """\
services:
  web:
    image: app
    environment:
    - A=1
    - B=2
    cap_add: [X, Y]
"""


def test_places() -> None:
    document = tree(TEXT)
    assert find(document, ("services", "web", "image"))[1:] == (3, 5)
    assert find(document, ("services", "web", "cap_add", 1))[1:] == (7, 18)
    assert find(document, ("services", "web", "environment", "B"))[1:] == (6, 7)


def test_the_nearest_parent_stands_in() -> None:
    document = tree(TEXT)
    assert find(document, ("services", "web", "networks", "n"))[1:] == (2, 3)
    assert find(document, ("services", "web", "environment", "C"))[1:] == (4, 5)
    assert find(document, ("volumes",)) == UNKNOWN


def test_one_value_has_one_problem() -> None:
    report, document = Report(), tree(TEXT)
    report.add(document, ("services", "web", "image"), "first")
    for path in (("services", "web", "image"), ("services", "web", "image", "x"), ("services", "web")):
        report.add(document, path, "again")
    report.add(document, ("services", "web", "cap_add"), "other")
    assert [each.message for each in report.problems] == ["first", "other"]


def test_what_is_missing_hides_no_other_part() -> None:
    report, document, web = Report(), tree(TEXT), ("services", "web")
    report.add(document, web, "no build", missing=("build",))
    report.add(document, (*web, "build"), "again")
    report.add(document, (*web, "image"), "other")
    assert [(each.path, each.message) for each in report.problems] == [
        ("services.web", "no build"),
        ("services.web.image", "other"),
    ]


def test_problems_are_raised_together() -> None:
    report = Report()
    report.check()
    report.add(tree(TEXT), ("a",), "one", "file")
    report.include(InvalidCompose(report.problems))
    with pytest.raises(InvalidCompose, match="file: a: one"):
        report.check()


def test_problems_are_bounded() -> None:
    report, document = Report(), tree(TEXT)
    for index in range(MAX_PROBLEMS + 5):
        report.add(document, (index,), "x")
    assert len(report.problems) == MAX_PROBLEMS
