from __future__ import annotations

import pytest

from composestack.compose.canonical.reading import Unreadable, kind, read
from composestack.compose.scalars import Timestamp
from composestack.compose.tree import Map, Seq


def test_what_a_parser_says_is_kept() -> None:
    assert read(int, "5") == 5
    with pytest.raises(Unreadable, match="invalid literal"):
        read(int, "x")


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (True, "a boolean"),
        ("", "a string"),
        (1, "a number"),
        (1.5, "a number"),
        (None, "null"),
        (Map(), "a mapping"),
        (Seq(), "a list"),
        (Timestamp("t"), "a date"),
    ],
)
def test_kind(value: object, name: str) -> None:
    assert kind(value) == name
