from __future__ import annotations

from typing import Any

import pytest

from composestack.compose.canonical.typed import plain
from composestack.compose.canonical.unique import name_key, unique, without_repeated
from composestack.compose.tree import Seq
from tests.unit.compose.application import tree


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("environment: [A=1, B=1, A=2]", {"environment": ["A=2", "B=1"]}),
        ("expose: [80, '80', 81]", {"expose": ["80", 81]}),
        ("tmpfs: ['/run:size=1m', '/run:size=2m']", {"tmpfs": ["/run:size=2m"]}),
        ("security_opt: [a, a]", {"security_opt": ["a", "a"]}),
        ("env_file: [a, {path: a, format: raw}]", {"env_file": [{"path": "a", "format": "raw", "required": True}]}),
    ],
)
def test_a_later_entry_takes_the_place_of_an_earlier_one(written: str, expected: Any) -> None:
    assert plain(unique(tree(f"services: {{web: {{{written}}}}}")))["services"]["web"] == expected


def test_places_go_with_the_entries() -> None:
    first, second = ("f", 1, 1), ("f", 2, 1)
    assert without_repeated(Seq(["a=1", "a=2"], [first, second]), name_key).marks == [second]


def test_a_list_without_repetition_is_shared() -> None:
    items = Seq(["a", "b"])
    assert without_repeated(items, name_key) is items


def test_what_has_no_key_is_kept() -> None:
    assert without_repeated(Seq([None, None, "a", "a"]), name_key) == [None, None, "a"]
