"""Compose byte values (`64m`, `1.5GiB`) and their integer bytes. Every unit is a power of 1024."""

from __future__ import annotations

import re
from functools import lru_cache

from composestack.compose.scalars import DIGIT_SEPARATOR, INT_MAX, INT_MIN

_SIZE = re.compile(r"([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?) ?(.*)", re.ASCII | re.DOTALL)
_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_SCALES = {"": 1, "b": 1}
_SCALES |= {letter + tail: 1024**power for power, letter in enumerate("kmgtp", 1) for tail in ("", "b", "ib")}
_MAX_LENGTH = 200


@lru_cache(maxsize=256)  # an application has the same ones again and again
def parse(text: str) -> int:
    """Return the bytes of a byte value: an integer, or a decimal number with b, k, m, g, t or p (also kb, KiB, …).

    Raises ValueError for anything else: Kubernetes' `512Mi` is none; a minus needs a plain integer, as in `-1` for
    "no limit" (Compose Specification, "Specifying byte values").
    """
    if len(text) > _MAX_LENGTH:
        raise ValueError(f"a size of {len(text)} characters is too long; write a number with a unit, such as 512m")
    if _INTEGER.fullmatch(text) and INT_MIN <= int(text) <= INT_MAX:
        return int(text)
    match = _SIZE.fullmatch(DIGIT_SEPARATOR.sub("", text))
    if match is None or float(match[1]) < 0:
        raise ValueError(f"{text!r} is not a size; write a number with a unit, such as 512m or 1.5g")
    number, unit = match.groups()
    if unit.lower() not in _SCALES:
        raise ValueError(f"{text!r} is not a size: {unit!r} is no unit; {_remedy(unit)}")
    size = float(number) * _SCALES[unit.lower()]
    if size > INT_MAX:
        raise ValueError(f"{text!r} is too large a size; the largest is 8191p")
    return int(size)


def _remedy(unit: str) -> str:
    """Kubernetes writes Mi where Compose writes MiB, and people bring the habit along."""
    return f"write {unit}B" if f"{unit.lower()}b" in _SCALES else "write b, k, m, g, t or p, such as 512m"


def text(size: int) -> str:
    """Return a size as Compose prints it: the bytes, in decimal."""
    return str(size)
