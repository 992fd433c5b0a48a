from __future__ import annotations

import pytest

from composestack.compose.canonical.expansion import (
    Malformed,
    dependencies,
    expand,
    keyed,
    listed,
    listed_present,
    pairs,
    scalar,
)
from composestack.compose.tree import UNKNOWN, Map, Seq

MARK = ("f", 1, 1)


def test_expand_leaves_out_what_has_no_value_and_keeps_the_place() -> None:
    result = expand({"a": 1, "b": None}, MARK)
    assert (dict(result), result.mark("a")) == ({"a": 1}, MARK)


def test_lists() -> None:
    assert listed("a", MARK) == ["a"]
    assert listed(Seq(["a"]), MARK) == ["a"]
    assert listed_present(Seq(["", "a", None], [MARK] * 3), MARK) == ["a", None]


def test_names() -> None:
    assert keyed(Seq(["a", "b"]), MARK) == {"a": None, "b": None}
    assert dependencies(Seq(["a"]), MARK) == {"a": {"condition": "service_started", "required": True}}
    assert keyed(5, MARK) == 5


@pytest.mark.parametrize("items", [["a", "a"], ["a", 5]])
def test_names_are_names_and_there_once(items: list[object]) -> None:
    with pytest.raises(Malformed) as error:
        keyed(Seq(items), UNKNOWN)
    assert set(error.value.items) == {1}


def test_pairs() -> None:
    assert pairs(Seq(["a=b=c"]), MARK) == {"a": "b=c"}
    with pytest.raises(Malformed):
        pairs(Seq(["a"]), MARK)


def test_containers_are_no_keys() -> None:
    assert (scalar(5), scalar(Map()), scalar(Seq())) == (5, None, None)
