"""Quantities in the one form in which the API server would write them: a manifest in another form would look changed
for ever.

Kubernetes documentation, "Quantity": no fraction, the largest suffix that leaves an integer.
"""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from typing import Any

BYTES = frozenset({"memory", "storage", "ephemeral-storage"})
"""Resources that are measured in bytes."""
MOST = 2**63 - 1
"""The API server writes this for anything more (k8s.io/apimachinery, pkg/api/resource, quantity.go, maxAllowed)."""
_BINARY = ("Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_DECIMAL = ("k", "M", "G", "T", "P", "E")
_ANY = re.compile(rf"\d+(?:\.\d+)?({'|'.join((*_BINARY, *_DECIMAL, 'm'))})?")
_QUANTITY = re.compile(rf"(\d+(?:\.\d+)?)({'|'.join((*_BINARY, *_DECIMAL))})?")
_SMALL = re.compile(r"(\d+(?:\.\d+)?)m")


@lru_cache(maxsize=4096)
def memory(size: int) -> str:
    """Return bytes as a quantity: 536870912 is `512Mi`, 1000000 is `1M`."""
    number, suffix = _largest(size, 1024, _BINARY)
    return f"{number}{suffix}" if suffix else _decimal(size)


@lru_cache(maxsize=4096)
def cpu(cores: float) -> str:
    """Return cores as a quantity, rounded up to a thousandth: 0.5 is `500m`, 2.0 is `2`."""
    return _cores(Decimal(repr(cores)))


def canonical(text: str) -> str:
    """Return a quantity of memory as the API server writes it: `1024Mi` is `1Gi`. Raises ValueError."""
    return memory(int(_amount(text, "10Gi").to_integral_value(ROUND_CEILING)))


def of_resource(name: str, text: str) -> str:
    """Return a quantity of a resource, such as `cpu` or `nvidia.com/gpu`, as the API server writes it.

    CPU is in cores, memory and storage in bytes; anything else is counted in whole numbers. Raises ValueError.
    """
    if name == "cpu":
        return _cores(amount(text))
    if name in BYTES or name.startswith("hugepages-"):
        return memory(int(amount(text).to_integral_value(ROUND_CEILING)))
    whole = amount(text)
    if whole != whole.to_integral_value():
        raise ValueError(f"{text} is no whole number of {name}")
    return _decimal(int(whole))


def any_form(text: str) -> str:
    """Return a quantity of whatever it is as the API server writes it, with the sort of suffix that it has. Raises
    ValueError.
    """
    return canonical(text) if text.endswith("i") else _cores(amount(text))


def amount(text: str) -> Decimal:
    """Return the number that a quantity means: `500m` is 0.5, `1Ki` is 1024. Raises ValueError."""
    match = _SMALL.fullmatch(text)
    return Decimal(match[1]) / 1000 if match else _amount(text, "500m or 10Gi")


def _amount(text: str, example: str) -> Decimal:
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a quantity such as {example}")
    number, suffix = match.groups()
    scale = (
        1024 ** (_BINARY.index(suffix) + 1)
        if suffix in _BINARY
        else 1000 ** (_DECIMAL.index(suffix) + 1)
        if suffix
        else 1
    )
    value = Decimal(number) * scale
    if value > MOST:
        raise ValueError(f"{text!r} is more than Kubernetes counts, which is less than 8Ei")
    return value


def normal(value: Any) -> Any:
    """Return any quantity as the API server writes it, cores (`0.5`, `1000m`) among them; anything else as it is."""
    text = str(value)
    if isinstance(value, bool) or not _ANY.fullmatch(text):
        return value
    if text.endswith("m"):
        return cpu(float(text[:-1]) / 1000)
    if "." in text and text[-1].isdecimal():
        return cpu(float(text))
    return canonical(text) if is_quantity(text) else value


def is_quantity(text: str) -> bool:
    """Tell whether a text is a quantity of memory or storage."""
    try:
        canonical(text)
    except ValueError:
        return False
    return True


def _cores(number: Decimal) -> str:
    millis = int((number * 1000).to_integral_value(ROUND_CEILING))
    return f"{millis}m" if millis % 1000 else _decimal(millis // 1000)


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
