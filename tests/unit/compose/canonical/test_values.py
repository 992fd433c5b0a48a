from __future__ import annotations

from typing import Any

import pytest

from composestack.compose.canonical.reading import kind
from composestack.compose.canonical.values import CONVERSIONS
from composestack.compose.model.base import Form
from composestack.compose.scalars import Timestamp
from composestack.compose.tree import Map, Seq


def mapping(**values: Any) -> Map:
    return Map(values)


@pytest.mark.parametrize(
    ("form", "value", "expected"),
    [
        (Form.BOOLEAN, "yes", True),
        (Form.BOOLEAN, False, False),
        (Form.INTEGER, "12", 12),
        (Form.INTEGER, 2.0, 2),
        (Form.INTEGER, 2.5, 2.5),
        (Form.NUMBER, "0.5", 0.5),
        (Form.UMASK, "022", 18),
        (Form.COUNT, "ALL", -1),
        (Form.COUNT, "3", 3),
        (Form.DIGITS, 8080, "8080"),
        (Form.DIGITS, True, True),
        (Form.SWITCH, True, "true"),
        (Form.DURATION, "1m30s", 90_000_000_000),
        (Form.SIZE, "64m", 64 * 2**20),
        (Form.SIZE, 64, 64),
        (Form.SIZE_TEXT, "1g", 2**30),
        (Form.MODE, "0440", 0o440),
        (Form.MODE, 440, 440),
        (Form.WORDS, "a 'b c'", ["a", "b c"]),
        (Form.WORDS, Seq(["a"]), ["a"]),
        (Form.TEST, "curl x", ["CMD-SHELL", "curl x"]),
        (Form.UNIQUE, Seq(["a", "b"]), ["a", "b"]),
        (Form.TEXTS, Seq([80, "a", True]), ["80", "a", True]),
        (
            Form.VARIABLES,
            mapping(A=1.0, B=None, C=True, D=Timestamp("d")),
            {"A": "1", "B": None, "C": "true", "D": "d"},
        ),
        (Form.VARIABLES, Seq(["A=b=c", "B", "C="]), {"A": "b=c", "B": None, "C": ""}),
        (Form.LABELS, Seq(["a=1", "b"]), {"a": "1", "b": ""}),
        (Form.LABELS, mapping(a=None), {"a": ""}),
        (Form.OPTIONS, mapping(a=1, b="x"), {"a": "1", "b": "x"}),
        (Form.LOG_OPTIONS, mapping(a=None), {"a": ""}),
        (Form.MULTI_OPTIONS, mapping(a=1, b=Seq(["x", 2]), c=Seq()), {"a": ["1"], "b": ["x", "2"]}),
        (
            Form.HOSTS,
            Seq(["a=1.1.1.1", "b:::1", "a:2.2.2.2,3.3.3.3"]),
            {"a": ["1.1.1.1", "2.2.2.2", "3.3.3.3"], "b": ["::1"]},
        ),
        (Form.HOSTS, mapping(a="[::1]", b=Seq(["1.1.1.1"])), {"a": ["::1"], "b": ["1.1.1.1"]}),
        (Form.ULIMIT, 5, {"soft": 5, "hard": 5, "single": True}),
    ],
)
def test_what_values_become(form: Form, value: Any, expected: Any) -> None:
    result = CONVERSIONS[form](value)
    assert result == expected
    assert type(result) is type(expected) or isinstance(value, Seq)


@pytest.mark.parametrize(
    ("form", "value"),
    [
        (Form.BOOLEAN, "maybe"),
        (Form.INTEGER, "1.0"),
        (Form.DURATION, "10"),
        (Form.DURATION, 10),
        (Form.SIZE, "512Mi"),
        (Form.SIZE, 1e6),
        (Form.SIZE, True),
        (Form.SIZE_TEXT, 1024),
        (Form.MODE, "rw"),
        (Form.WORDS, "a 'b"),
        (Form.UNIQUE, Seq(["a", "a"])),
        (Form.VARIABLES, Seq([5])),
        (Form.VARIABLES, Seq(["A =1"])),
        (Form.VARIABLES, mapping(**{"": "a"})),
        (Form.LABELS, mapping(**{"": "a"})),
        (Form.VARIABLES, mapping(A=float("inf"))),
        (Form.LABELS, Seq([Map()])),
        (Form.OPTIONS, mapping(a=True)),
        (Form.OPTIONS, mapping(a=None)),
        (Form.HOSTS, Seq(["a"])),
        (Form.HOSTS, mapping(**{"a=b": "1.1.1.1"})),
        (Form.ULIMIT, True),
    ],
)
def test_what_values_must_not_be(form: Form, value: Any) -> None:
    with pytest.raises(ValueError):
        CONVERSIONS[form](value)


@pytest.mark.parametrize(
    "form",
    [form for form in Form if form not in {Form.DURATION, Form.SIZE, Form.WHOLE_SIZE, Form.SIZE_TEXT, Form.ULIMIT}],
)
def test_what_is_not_understood_is_left_for_the_model(form: Form) -> None:
    strange = Timestamp("2024-01-02 00:00:00 +0000 UTC")
    assert CONVERSIONS[form](strange) is strange


def test_every_form_has_its_conversion() -> None:
    assert set(CONVERSIONS) == set(Form)


def test_types_have_the_names_of_yaml() -> None:
    values = (True, "", Map(), Seq(), None, 5, 1.5, Timestamp(""))
    assert [kind(value) for value in values] == [
        "a boolean", "a string", "a mapping", "a list", "null", "a number", "a number", "a date",
    ]  # fmt: skip
