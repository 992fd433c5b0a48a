from __future__ import annotations

import pytest

from composestack.compose.problems import MAX_PROBLEMS, InvalidCompose, Problem, Problems


def test_problems_are_in_the_order_of_the_source_and_said_once() -> None:
    late, early = Problem("f", 2, 1, "a", "late"), Problem("f", 1, 1, "", "early")

    error = InvalidCompose([late, early, late])

    assert error.problems == (early, late)
    assert str(error) == "f:1:1: early\nf:2:1: a: late"


def test_an_unknown_place_is_not_shown() -> None:
    assert str(Problem("f", 0, 0, "a.b", "x")) == "f: a.b: x"


def test_check_raises_if_there_is_any() -> None:
    problems = Problems()
    problems.check()
    problems.add(Problem("f", 1, 1, "", "x"))

    with pytest.raises(InvalidCompose):
        problems.check()


def test_reading_ends_where_there_are_many() -> None:
    problems = Problems()
    for line in range(1, MAX_PROBLEMS):
        problems.add(Problem("f", line, 1, "", "x"))

    with pytest.raises(InvalidCompose) as caught:
        problems.add(Problem("f", MAX_PROBLEMS, 1, "", "x"))

    assert len(caught.value.problems) == MAX_PROBLEMS + 1
    assert "there may be more" in str(caught.value)
