from __future__ import annotations

import pytest

from composestack.translate.kompose import label


@pytest.mark.parametrize(("value", "found"), [(" a b ", "a b"), ("  ", None)])
def test_text(value: str, found: str | None) -> None:
    assert label.text(value) == found
    assert label.texts(value) == (None if found is None else [found])


@pytest.mark.parametrize(
    ("value", "found"), [("1", 1), (" 3 ", 3), ("0", None), ("4", None), ("-1", None), ("x", None)]
)
def test_numbers_have_bounds(value: str, found: int | None) -> None:
    assert label.number(1, 3)(value) == found


@pytest.mark.parametrize(("value", "found"), [("true", True), ("FALSE", False), ("yes", None), ("", None)])
def test_booleans(value: str, found: bool | None) -> None:
    assert label.boolean(value) is found


def test_words_in_any_case() -> None:
    assert label.one_of("NodePort")(" nodeport") == "NodePort"
    assert label.one_of("NodePort")("port") is None
