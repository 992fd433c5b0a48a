"""Numbers as documents write them, into numbers as the models hold them.

Each function is one of values.py, which says what they raise.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from composestack.compose import durations, sizes
from composestack.compose.canonical.reading import Unreadable, kind, read
from composestack.compose.casts import to_bool, to_float, to_int, to_umask
from composestack.compose.scalars import INT_MAX, INT_MIN

_OCTAL = re.compile(r"[-+]?[0-7]{1,21}", re.ASCII)
_MAX_WEIGHT = 2**16 - 1
_MAX_MODE = 2**32 - 1


def _cast(to: Callable[[str], Any], text: str) -> Any:
    """Read a string as another type; the error shows the string."""
    try:
        return to(text)
    except ValueError as error:
        raise Unreadable(f"{text[:80]!r} {error}") from error


def is_number(value: Any) -> bool:
    """Tell whether a value is a number; a boolean is none."""
    return type(value) is int or type(value) is float


def boolean(value: Any) -> Any:
    """Read a word of YAML 1.1 as a boolean."""
    return _cast(to_bool, value) if isinstance(value, str) else value


def whole(value: Any) -> Any:
    """Read a number without fraction, such as 2.0, as an integer."""
    return truncated(value) if isinstance(value, int) or (isinstance(value, float) and value.is_integer()) else value


def truncated(value: Any) -> Any:
    """Cut off the fraction of a number, as Compose does."""
    if not is_number(value):
        return value
    if not INT_MIN <= value <= INT_MAX:  # false for what is not finite, too
        raise Unreadable(f"{value} is too large a number")
    return int(value)


def integer(value: Any) -> Any:
    """Read digits as an integer."""
    return _cast(to_int, value) if isinstance(value, str) else whole(value)


def truncated_integer(value: Any) -> Any:
    """Read digits as an integer, and cut off the fraction of a number."""
    return _cast(to_int, value) if isinstance(value, str) else truncated(value)


def _not_negative(value: Any) -> Any:
    if is_number(value) and value < 0:
        raise Unreadable(f"must not be negative, and {value} is")
    return value


def unsigned(value: Any) -> Any:
    """Read an integer that is not negative."""
    return _not_negative(integer(value))


def retries(value: Any) -> Any:
    """Read a number of attempts, of which a fraction is cut off."""
    return _not_negative(truncated_integer(_not_negative(value)))


def number(value: Any) -> Any:
    """Read digits as a number."""
    return _cast(to_float, value) if isinstance(value, str) else value


def umask(value: Any) -> Any:
    """Read octal digits as a mask."""
    return _cast(to_umask, value) if isinstance(value, str) else whole(value)


def count(value: Any) -> Any:
    """Read `all` as -1."""
    if isinstance(value, float):
        raise Unreadable(f"must be a whole number, or all, not {value}")
    return -1 if isinstance(value, str) and value.lower() == "all" else integer(value)


def weight(value: Any) -> Any:
    """Read a number. Unlike others, Docker does not read it from a string, or a variable."""
    return _up_to(_MAX_WEIGHT, whole(value), "")


def tmpfs_mode(value: Any) -> Any:
    """Read a number. Unlike other modes, Docker does not read it from a string, or a variable."""
    return truncated(_up_to(_MAX_MODE, value, ", such as 0o755"))


def _up_to(most: int, value: Any, example: str) -> Any:
    if isinstance(value, str):
        raise Unreadable(f"must be a number{example}, not a string; remove the quotes or the variable")
    if is_number(value) and not 0 <= value <= most:
        raise Unreadable(f"must be between 0 and {most}, not {value}")
    return value


def mode(value: Any) -> Any:
    """Read octal digits as a file mode."""
    if isinstance(value, str):
        if not _OCTAL.fullmatch(value):
            raise Unreadable(f"{value!r} is not a file mode; write it in octal, such as 0440")
        value = int(value, 8)
    elif isinstance(value, float):
        raise Unreadable(f"must be a whole number, not {value}")
    return _not_negative(truncated(value))


def duration(value: Any) -> Any:
    """Read `1m30s` as nanoseconds."""
    if not isinstance(value, str):
        raise ValueError(f"must be a duration with a unit, such as 30s, not {kind(value)}")
    return read(durations.parse, value)


def size(value: Any) -> Any:
    """Read `64m` as bytes."""
    if isinstance(value, str):
        return read(sizes.parse, value)
    if isinstance(value, float):  # Compose takes it for no limit at all
        raise Unreadable(f"must be a whole number of bytes, or a string such as 512m, not {value}")
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"must be a whole number of bytes, or a string such as 512m, not {kind(value)}")
    return truncated(value)


def whole_size(value: Any) -> Any:
    """As size, but a fraction has a wrong type, as in the Compose schema."""
    if isinstance(value, float) and not value.is_integer():
        raise ValueError(f"must be a whole number of bytes, or a string such as 512m, not {value}")
    return size(value)


def size_text(value: Any) -> Any:
    """Read `64m` as bytes; a bare number is an error, as in the Compose schema."""
    if not isinstance(value, str):
        raise ValueError(f"must be a string such as '512m', not {value if is_number(value) else kind(value)}")
    return read(sizes.parse, value)


def limit(value: Any) -> Any:
    """Read one limit of a resource: 2.0 is none, although it is a whole number elsewhere."""
    return truncated(value) if isinstance(value, int) else value


def ulimit(value: Any) -> Any:
    """Read one number as both limits."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"must be a whole number, or a mapping with soft and hard, not {kind(value)}")
    number = truncated(value)
    return {"soft": number, "hard": number, "single": True}
