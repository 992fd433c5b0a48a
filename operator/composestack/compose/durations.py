"""Compose durations and their integer nanoseconds."""

from __future__ import annotations

import re
from functools import lru_cache

from composestack.compose.scalars import INT_MAX

MICROSECOND = 1_000
MILLISECOND = 1_000_000
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

_UNITS = {
    "ns": 1,
    "us": MICROSECOND,
    "µs": MICROSECOND,  # U+00B5, the micro sign
    "μs": MICROSECOND,  # U+03BC, the Greek letter
    "ms": MILLISECOND,
    "s": SECOND,
    "m": MINUTE,
    "h": HOUR,
    "d": 24 * HOUR,
    "w": 7 * 24 * HOUR,
}
_PART = re.compile(r"([0-9]*)(?:\.([0-9]*))?([^0-9.]*)")
_MAX_LENGTH = 200
_REMEDY = "write numbers with units, such as 1m30s (units: ns, us, ms, s, m, h, d, w)"


@lru_cache(maxsize=256)  # an application has the same ones again and again
def parse(text: str) -> int:
    """Return the nanoseconds of a duration such as `1m30s`, `1.5h`, `-2d` or `0`.

    Raises ValueError for anything else, and for what does not fit 64 bits, 292 years
    (Compose Specification, "Specifying durations"; weeks, days and signs are compose-go's).
    """
    if len(text) > _MAX_LENGTH:
        raise ValueError(f"a duration of {len(text)} characters is too long; {_REMEDY}")
    digits = text[1:] if text[:1] in {"+", "-"} else text
    if digits == "0":
        return 0
    if not digits:
        raise ValueError(f"{text!r} is not a duration; {_REMEDY}")
    total = position = 0
    while position < len(digits):
        match = _PART.match(digits, position)
        assert match is not None, "every part of the pattern may be empty"
        total += _part(match, text)
        position = match.end()
    if total > INT_MAX:
        raise ValueError(f"{text!r} is too long a duration; the longest is 292 years")
    return -total if text[0] == "-" else total


def _part(match: re.Match[str], text: str) -> int:
    whole, fraction, unit = match.groups("")
    if not whole and not fraction:
        raise ValueError(f"{text!r} is not a duration; {_REMEDY}")
    if not unit:
        raise ValueError(f"{text!r} is not a duration: the unit is missing; {_REMEDY}")
    if unit not in _UNITS:
        raise ValueError(f"{text!r} is not a duration: {unit!r} is no unit; {_REMEDY}")
    scale = _UNITS[unit]
    nanoseconds = int(whole or 0) * scale
    # Floating point, as compose-go computes it: the last nanosecond of 0.3h is rounded the same way.
    return nanoseconds + int(float(fraction or 0) * (scale / 10 ** len(fraction)))


def text(nanoseconds: int) -> str:
    """Return a duration in Go's form, the one Compose prints: `1h0m0s`, `1.5s`, `250ms`, `0s`."""
    sign = "-" if nanoseconds < 0 else ""
    size = abs(nanoseconds)
    if size == 0:
        return "0s"
    for unit, scale in (("ns", 1), ("µs", MICROSECOND), ("ms", MILLISECOND)):
        if size < scale * 1000:
            return f"{sign}{_decimal(size, scale)}{unit}"
    minutes, rest = divmod(size, MINUTE)
    hours, minutes = divmod(minutes, 60)
    head = f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else ""
    return f"{sign}{head}{_decimal(rest, SECOND)}s"


def _decimal(value: int, scale: int) -> str:
    whole, rest = divmod(value, scale)
    fraction = str(rest).zfill(len(str(scale)) - 1).rstrip("0") if rest else ""
    return f"{whole}.{fraction}" if fraction else str(whole)
