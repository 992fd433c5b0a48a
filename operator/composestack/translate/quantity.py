"""Quantities in the one form in which the API server would write them: a manifest in another form would look changed
for ever.

Kubernetes documentation, "Quantity": no fraction, the largest suffix that leaves an integer.
"""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, Decimal

_BINARY = ("Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_DECIMAL = ("k", "M", "G", "T", "P", "E")
_QUANTITY = re.compile(rf"(\d+(?:\.\d+)?)({'|'.join((*_BINARY, *_DECIMAL))})?")


def memory(size: int) -> str:
    """Return bytes as a quantity: 536870912 is `512Mi`, 1000000 is `1M`."""
    number, suffix = _largest(size, 1024, _BINARY)
    return f"{number}{suffix}" if suffix else _decimal(size)


def cpu(cores: float) -> str:
    """Return cores as a quantity, rounded up to a thousandth: 0.5 is `500m`, 2.0 is `2`."""
    millis = int((Decimal(repr(cores)) * 1000).to_integral_value(ROUND_CEILING))
    return f"{millis}m" if millis % 1000 else _decimal(millis // 1000)


def canonical(text: str) -> str:
    """Return a quantity of memory as the API server writes it: `1024Mi` is `1Gi`. Raises ValueError."""
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a quantity such as 10Gi")
    number, suffix = match.groups()
    scale = (
        1024 ** (_BINARY.index(suffix) + 1)
        if suffix in _BINARY
        else 1000 ** (_DECIMAL.index(suffix) + 1)
        if suffix
        else 1
    )
    return memory(int((Decimal(number) * scale).to_integral_value(ROUND_CEILING)))


def is_quantity(text: str) -> bool:
    """Tell whether a text is a quantity of memory or storage."""
    return _QUANTITY.fullmatch(text) is not None


def _decimal(number: int) -> str:
    whole, suffix = _largest(number, 1000, _DECIMAL)
    return f"{whole}{suffix}"


def _largest(number: int, base: int, suffixes: tuple[str, ...]) -> tuple[int, str]:
    suffix = ""
    for larger in suffixes:
        if number == 0 or number % base:
            break
        number //= base
        suffix = larger
    return number, suffix
