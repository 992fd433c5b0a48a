from __future__ import annotations

import pytest

from composestack.compose.template import MAX_DEPTH, MAX_LENGTH, substitute

VARIABLES = {"A": "a", "EMPTY": "", "REF": "${A}"}


def replaced(text: str) -> str:
    return substitute(text, VARIABLES.get, lambda _: None)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("$A", "a"),
        ("${A}", "a"),
        ("<$A-$A_B>", "<a->"),
        ("$NONE|${NONE}|$EMPTY", "||"),
        ("$REF", "${A}"),
        ("$$A $${A} $$$A", "$A ${A} $a"),
        ("$1 $(x) $ $-", "$1 $(x) $ $-"),
        ("cost: 5$", "cost: 5$"),
    ],
)
def test_plain_forms(text: str, result: str) -> None:
    assert replaced(text) == result


@pytest.mark.parametrize(
    ("form", "when_set", "when_empty", "when_unset"),
    [
        ("${%s:-d}", "a", "d", "d"),
        ("${%s-d}", "a", "", "d"),
        ("${%s:+x}", "x", "", ""),
        ("${%s+x}", "x", "x", ""),
        ("${%s:-}", "a", "", ""),
    ],
)
def test_defaults_and_alternatives(form: str, when_set: str, when_empty: str, when_unset: str) -> None:
    assert [replaced(form % name) for name in ("A", "EMPTY", "NONE")] == [when_set, when_empty, when_unset]


def test_required_variables() -> None:
    assert replaced("${A:?m}${A?m}${EMPTY?m}") == "aa"
    for form in ("${EMPTY:?set it, $A}", "${NONE:?set it, ${A}}", "${NONE?set it, a}"):
        with pytest.raises(ValueError, match=r"required variable \w+ is missing a value: set it, a"):
            replaced(form)
    with pytest.raises(ValueError, match="required variable NONE is missing a value; set it"):
        replaced("${NONE:?}")


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("${X:-${Y:-${A}}}", "a"),
        ("${X:-${Y:-y}-${Z:-z}}", "y-z"),
        ("${X-${Y:?no}}", None),
        ("${A-${Y:?no}}", "a"),
        ("${A:+${A}${X:-x}}", "ax"),
        ("${X:-x} ${Y:-y}", "x y"),
        ("${X:-a:-b}", "a:-b"),
        ("${X:-$$}", "$"),
        ("${X:-1-2+3?4}", "1-2+3?4"),
    ],
)
def test_nested_forms(text: str, result: str | None) -> None:
    if result is None:
        with pytest.raises(ValueError, match="required variable Y"):
            replaced(text)
    else:
        assert replaced(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ('${X:-{"k": "v"}}', '{"k": "v"}'),
        ("${X:-{}}", "{}"),
        ("${X:-a}}", "a}"),
        ("${X:-a} }", "a }"),
        ("${X:-{a}", "{a"),
        ("${X:-a}\n}", "a\n}"),
        ("${X:-{{.Name}}}", "{{.Name}}"),
    ],
)
def test_a_default_ends_at_its_own_brace_or_at_the_last_of_its_line(text: str, result: str) -> None:
    assert replaced(text) == result


@pytest.mark.parametrize(
    "text", ["${", "${}", "${A", "${ A}", "${A }", "${1}", "${A.B}", "${A:x}", "${X:-a\n}", "x ${A:-b"]
)
def test_a_form_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a variable; write \$\{NAME\}"):
        replaced(text)


def test_only_variables_without_value_and_default_are_unset() -> None:
    unset: list[str] = []

    substitute("$A $B ${C} ${D:-d} ${E-$F} ${G:+g} ${H+h} $EMPTY", VARIABLES.get, unset.append)

    assert unset == ["B", "C", "F"]


def test_depth_is_limited() -> None:
    def nested(depth: int) -> str:
        return "${X:-" * depth + "x" + "}" * depth

    assert replaced(nested(MAX_DEPTH)) == "x"
    with pytest.raises(ValueError, match="nested"):
        replaced(nested(MAX_DEPTH + 1))


def test_length_is_limited() -> None:
    with pytest.raises(ValueError, match="too long"):
        substitute("$A" * 10_000, {"A": "x" * 1000}.get, lambda _: None)
    assert len(substitute("$A", {"A": "x" * MAX_LENGTH}.get, lambda _: None)) == MAX_LENGTH
