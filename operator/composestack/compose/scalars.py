"""Scalars as Compose reads and writes them: neither YAML 1.1 nor 1.2, but the rules of Go's YAML and fmt packages.

`yes`, `on` and sexagesimals such as `22:22` are strings; `0444` and `0o444` are octal; `1e3` is a float.
"""

from __future__ import annotations

import binascii
import calendar
import math
import re
from dataclasses import dataclass
from decimal import Decimal

INT_MIN, INT_MAX, UINT_MAX = -(2**63), 2**63 - 1, 2**64 - 1

MERGE_KEY = "<<"
"""What an unquoted `<<` resolves to. It is told by identity from a quoted one, which is an ordinary key."""

_WORDS: dict[str, str | bool | float | None] = {
    MERGE_KEY: MERGE_KEY,
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys(("-0", "-0.0"), -0.0),
}
_NUMERIC = frozenset("+-.0123456789")
_SPECIAL = frozenset("~nNtTfF<") | _NUMERIC

_DIGITS = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_NUMBER = re.compile(r"[-+.0-9a-fA-FxXoO_]+", re.ASCII)  # and nothing else is in one
_INTEGER = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
DIGIT_SEPARATOR = re.compile(r"(?<=[0-9])_(?=[0-9])", re.ASCII)
"""An underscore that Go reads over in numbers."""
_CLOCK = r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?"
_TIMESTAMP = re.compile(rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}})(?:([Tt ]){_CLOCK}(Z|[-+]\d\d:\d\d)?)?", re.ASCII)
_MAX_DIGITS = 400
"""No longer number fits a float that is worth reading; the bound keeps conversions cheap."""


@dataclass(frozen=True, slots=True)
class Timestamp:
    """An unquoted date, which Compose takes for a point in time: no string, but text where any scalar may stand."""

    text: str
    """Go's form, such as `2024-01-02 00:00:00 +0000 UTC`."""

    def __str__(self) -> str:
        return self.text

    def rfc3339(self) -> str:
        """Return it as JSON has it, such as `2024-01-02T00:00:00Z`."""
        date, time, offset, _ = self.text.split(" ")
        zone = "Z" if offset == "+0000" else f"{offset[:3]}:{offset[3:]}"
        return f"{date}T{time}{zone}"


Scalar = str | int | float | bool | Timestamp | None


def resolve(text: str) -> Scalar:
    """Return the value of an untagged plain YAML scalar."""
    if text and text[0] not in _SPECIAL:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if text[0] in _NUMERIC else text


def construct(tag: str, text: str) -> Scalar:
    """Return the value of a scalar with an explicit tag in short form (`!!int`); a tag that is not YAML's means text.

    Raises ValueError where the text is not of that type.
    """
    if tag == "!!binary":
        return _binary(text)
    if tag not in _TYPES:
        return text
    value = resolve(text)
    if tag == "!!float" and type(value) is int:
        return float(value)
    if type(value) is not _TYPES[tag]:
        raise ValueError(f"{text[:40]!r} is not a value of type {tag}")
    return value


_TYPES = {"!!int": int, "!!float": float, "!!bool": bool, "!!null": type(None), "!!timestamp": Timestamp}


def _binary(text: str) -> str:
    try:
        return binascii.a2b_base64(text.replace("\n", ""), strict_mode=True).decode()
    except ValueError as error:
        raise ValueError("a !!binary value must be base64 of UTF-8 text") from error


def _number(text: str) -> Scalar:
    if _DIGITS.fullmatch(text):
        return int(text)
    if text[4:5] == "-" and (match := _TIMESTAMP.fullmatch(text)) and (timestamp := _timestamp(match)):
        return timestamp
    if not _NUMBER.fullmatch(text):
        return text
    if text[0] == ".":
        return _float(DIGIT_SEPARATOR.sub("", text), text)
    digits = text.replace("_", "")
    value = parse_int(digits)
    return _float(digits, text) if value is None else value


def _float(digits: str, text: str) -> float | str:
    if len(digits) > _MAX_DIGITS or not _FLOAT.fullmatch(digits):
        return text
    value = float(digits)
    return text if math.isinf(value) else value


def parse_int(text: str) -> int | None:
    """Return an integer in Go's notation (`0x1F`, `0b11`, `0o17`, `017`, `12`), or None if it is none of 64 bits."""
    match = _INTEGER.fullmatch(text) if len(text) <= _MAX_DIGITS else None
    if match is None:
        return None
    base = {2: 16, 3: 2, 4: 8, 5: 10}[match.lastindex or 0]  # by the group that has the digits
    value = int(match[1] + match[match.lastindex or 0], base)
    if INT_MIN <= value <= INT_MAX or (not match[1] and value <= UINT_MAX):
        return value
    return None


def _timestamp(match: re.Match[str]) -> Timestamp | None:
    year, month, day, separator, hour, minute, second, fraction, zone = match.groups("")
    if (separator in {"T", "t"}) != bool(zone):
        return None
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= calendar.monthrange(int(year), int(month))[1]):
        return None
    clock = [int(part or 0) for part in (hour, minute, second)]
    if clock[0] > 23 or clock[1] > 59 or clock[2] > 59 or (offset := _offset(zone)) is None:
        return None
    nanoseconds = fraction[:9].rstrip("0")
    time = "{:02}:{:02}:{:02}".format(*clock) + (f".{nanoseconds}" if nanoseconds else "")
    return Timestamp(f"{year}-{int(month):02}-{int(day):02} {time} {offset}")


def _offset(zone: str) -> str | None:
    if zone in {"", "Z", "+00:00", "-00:00"}:
        return "+0000 UTC"
    if int(zone[1:3]) > 24 or int(zone[4:6]) > 59:
        return None
    offset = zone.replace(":", "")
    return f"{offset} {offset}"


def go_float(value: float) -> str:
    """Return a float as Go's `%v` prints it: the shortest digits, with an exponent from 1e+06 up and below 0.0001."""
    if math.isnan(value) or math.isinf(value):
        return "NaN" if math.isnan(value) else f"{value:+}".replace("i", "I")
    if value == 0 or 1e-4 <= abs(value) < 1e6:
        return repr(value).removesuffix(".0")
    mantissa, _, exponent = f"{Decimal(repr(value)).normalize():e}".partition("e")
    return f"{mantissa}e{int(exponent):+03}"


def text(value: Scalar) -> str:
    """Return a scalar as Compose writes it where it needs a string, as in `environment`; not for None."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return go_float(value) if isinstance(value, float) else str(value)
