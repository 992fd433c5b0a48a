from __future__ import annotations

import math

import pytest

from composestack.compose.scalars import MERGE_KEY, Scalar, Timestamp, construct, go_float, parse_int, resolve, text


@pytest.mark.parametrize(
    "word", ["yes", "no", "on", "off", "y", "N", "22:22", "1:30:00", "190:20.15", "0o8", "1.2.3", "0x", "_1"]
)
def test_yaml_1_1_words_and_sexagesimals_are_strings(word: str) -> None:
    assert resolve(word) == word


@pytest.mark.parametrize(
    ("plain", "value"),
    [
        ("0444", 292),
        ("0o444", 292),
        ("010", 8),
        ("0b11", 3),
        ("0x1F", 31),
        ("-0x1f", -31),
        ("1_000", 1000),
        ("+1", 1),
        ("0", 0),
        ("18446744073709551615", 2**64 - 1),
        ("-9223372036854775808", -(2**63)),
    ],
)
def test_integers(plain: str, value: int) -> None:
    resolved = resolve(plain)

    assert (type(resolved), resolved) == (int, value)


@pytest.mark.parametrize(
    ("plain", "value"),
    [
        ("08", 8.0),
        ("1e3", 1000.0),
        ("1.5e3", 1500.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("-.5", -0.5),
        (".1_1", 0.11),
        ("18446744073709551616", 18446744073709551616.0),
        (".inf", math.inf),
        ("-.Inf", -math.inf),
    ],
)
def test_floats(plain: str, value: float) -> None:
    resolved = resolve(plain)

    assert (type(resolved), resolved) == (float, value)


@pytest.mark.parametrize("plain", ["1e999", "-1e999", "1" * 5000, "._1", "１"])
def test_what_no_number_holds_is_a_string(plain: str) -> None:
    assert resolve(plain) == plain


@pytest.mark.parametrize("plain", ["", "~", "null", "Null", "NULL"])
def test_null(plain: str) -> None:
    assert resolve(plain) is None


def test_minus_zero_is_a_float() -> None:
    assert math.copysign(1, float(str(resolve("-0")))) == -1
    assert text(resolve("-0")) == "-0"


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        ("2024-01-02", "2024-01-02 00:00:00 +0000 UTC"),
        ("2024-1-2T3:4:5Z", "2024-01-02 03:04:05 +0000 UTC"),
        ("2024-02-29 10:20:30.120", "2024-02-29 10:20:30.12 +0000 UTC"),
        ("2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.1 -0500 -0500"),
    ],
)
def test_a_date_becomes_go_s_text(plain: str, shown: str) -> None:
    assert resolve(plain) == Timestamp(shown)
    assert text(resolve(plain)) == shown


@pytest.mark.parametrize(
    "plain",
    [
        "2023-02-29",
        "2024-13-01",
        "2024-01-02T10:20:30",
        "2024-01-02 10:20:30Z",
        "2024-01-02 24:00:00",
        "2024-01-02T01:02:03+25:00",
    ],
)
def test_what_is_almost_a_date_is_a_string(plain: str) -> None:
    assert resolve(plain) == plain


def test_the_merge_key_is_told_from_quoted_text_by_identity() -> None:
    assert resolve("".join(["<", "<"])) is MERGE_KEY


@pytest.mark.parametrize(
    ("tag", "written", "value"),
    [
        ("!!str", "5", "5"),
        ("!!str", "", ""),
        ("!!int", "2", 2),
        ("!!float", "1", 1.0),
        ("!!bool", "true", True),
        ("!!null", "~", None),
        ("!!timestamp", "2024-01-02", Timestamp("2024-01-02 00:00:00 +0000 UTC")),
        ("!!binary", "aGVs\nbG8=", "hello"),
        ("!foo", "12", "12"),
    ],
)
def test_explicit_tags(tag: str, written: str, value: Scalar) -> None:
    constructed = construct(tag, written)

    assert (type(constructed), constructed) == (type(value), value)


@pytest.mark.parametrize(
    ("tag", "written"),
    [("!!int", "1.5"), ("!!bool", "yes"), ("!!null", "x"), ("!!float", "x"), ("!!binary", "a"), ("!!binary", "/w==")],
)
def test_text_that_is_not_of_its_tag(tag: str, written: str) -> None:
    with pytest.raises(ValueError, match=tag):
        construct(tag, written)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1.10, "1.1"),
        (100000000.0, "1e+08"),
        (1e5, "100000"),
        (1e6, "1e+06"),
        (123456789.125, "1.23456789125e+08"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (20.0, "20"),
        (-0.0, "-0"),
        (5e-324, "5e-324"),
        (math.inf, "+Inf"),
        (-math.inf, "-Inf"),
        (math.nan, "NaN"),
    ],
)
def test_floats_print_as_go_prints_them(value: float, shown: str) -> None:
    assert go_float(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(True, "true"), (False, "false"), (42, "42"), (1.5, "1.5"), ("x", "x")])
def test_text(value: Scalar, shown: str) -> None:
    assert text(value) == shown


@pytest.mark.parametrize("written", ["", "x", "1_0", "9" * 20, "-18446744073709551615", "0x" + "f" * 17])
def test_parse_int_knows_what_is_none(written: str) -> None:
    assert parse_int(written) is None
