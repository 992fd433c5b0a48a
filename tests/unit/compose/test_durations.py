from __future__ import annotations

import pytest

from composestack.compose.durations import HOUR, MINUTE, SECOND, parse, text


@pytest.mark.parametrize(
    ("written", "nanoseconds"),
    [
        ("0", 0),
        ("-0", 0),
        ("10s", 10 * SECOND),
        ("1m30s", 90 * SECOND),
        ("30s1m", 90 * SECOND),
        ("1.5h", 90 * MINUTE),
        (".5s", SECOND // 2),
        ("5.s", 5 * SECOND),
        ("1d", 24 * HOUR),
        ("2w", 14 * 24 * HOUR),
        ("1us", 1000),
        ("1µs", 1000),
        ("1μs", 1000),
        ("1ns", 1),
        ("-2m", -2 * MINUTE),
        ("+2m", 2 * MINUTE),
        ("0.3h", 1080000000000),
        ("15250w1d23h47m16s854ms775us807ns", 2**63 - 1),
    ],
)
def test_durations(written: str, nanoseconds: int) -> None:
    assert parse(written) == nanoseconds


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "not a duration"),
        ("-", "not a duration"),
        ("10", "unit is missing"),
        ("1m30", "unit is missing"),
        ("10S", "no unit"),
        ("1 s", "no unit"),
        ("s", "not a duration"),
        (".s", "not a duration"),
        ("15250w1d23h47m16s854ms775us808ns", "292 years"),
        ("1" * 201 + "s", "too long"),
    ],
)
def test_what_is_no_duration(written: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse(written)


@pytest.mark.parametrize(
    ("nanoseconds", "shown"),
    [
        (0, "0s"),
        (1, "1ns"),
        (1500, "1.5µs"),
        (250_000_000, "250ms"),
        (1_000_000, "1ms"),
        (SECOND, "1s"),
        (90 * SECOND, "1m30s"),
        (HOUR, "1h0m0s"),
        (25 * HOUR + 1, "25h0m0.000000001s"),
        (-90 * SECOND, "-1m30s"),
    ],
)
def test_go_s_form(nanoseconds: int, shown: str) -> None:
    assert text(nanoseconds) == shown
