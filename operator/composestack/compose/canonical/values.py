"""Values as documents write them, into values as the models hold them: one small function for each `Form`.

A function leaves alone what it does not understand, so that the model says what is wrong with it. It raises ValueError
with what to write instead where a value has the right type and a wrong content.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from composestack.compose import durations, sizes, words
from composestack.compose.casts import to_bool, to_float, to_int, to_umask
from composestack.compose.model.base import Form
from composestack.compose.scalars import Timestamp, text
from composestack.compose.tree import Map, Seq

SCALARS = (str, int, float, bool, Timestamp)


def kind(value: object) -> str:
    """Name the type of a value in the words of YAML."""
    for types, name in _KINDS:
        if isinstance(value, types):
            return name
    return "a number"


_KINDS: tuple[tuple[Any, str], ...] = (
    (bool, "a boolean"),
    (str, "a string"),
    (Map, "a mapping"),
    (Seq, "a list"),
    (Timestamp, "a date"),
    (type(None), "null"),
)


def cast(to: Callable[[str], Any], value: str) -> Any:
    """Read a string as another type; the error shows the string."""
    try:
        return to(value)
    except ValueError as error:
        raise ValueError(f"{value[:80]!r} {error}") from error


def boolean(value: Any) -> Any:
    """Read a word of YAML 1.1 as a boolean."""
    return cast(to_bool, value) if isinstance(value, str) else value


def integer(value: Any) -> Any:
    """Read digits as an integer; 2.0 is one too."""
    if isinstance(value, str):
        return cast(to_int, value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def number(value: Any) -> Any:
    """Read digits as a number."""
    return cast(to_float, value) if isinstance(value, str) else value


def umask(value: Any) -> Any:
    """Read octal digits as a mask."""
    return cast(to_umask, value) if isinstance(value, str) else value


def count(value: Any) -> Any:
    """Read `all` as -1."""
    if isinstance(value, str) and value.lower() == "all":
        return -1
    return integer(value)


def as_text(value: Any) -> Any:
    """Write a scalar as a string."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{text(value)} is not a value; if it is meant as text, put it in quotes")
    return text(value) if isinstance(value, SCALARS) else value


def digits(value: Any) -> Any:
    """Write a whole number as a string."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def switch(value: Any) -> Any:
    """Write a boolean as a string."""
    return text(value) if isinstance(value, bool) else value


def duration(value: Any) -> Any:
    """Read `1m30s` as nanoseconds."""
    if not isinstance(value, str):
        raise ValueError(f"must be a duration with a unit, such as 30s, not {kind(value)}")
    return durations.parse(value)


def size(value: Any) -> Any:
    """Read `64m` as bytes."""
    if isinstance(value, str):
        return sizes.parse(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"must be a whole number of bytes, or a string such as 512m, not {_shown(value)}")
    return value


def size_text(value: Any) -> Any:
    """Read `64m` as bytes; a bare number is an error, as in the Compose schema."""
    if not isinstance(value, str):
        raise ValueError(f"must be a string such as '512m', not {_shown(value)}")
    return sizes.parse(value)


def mode(value: Any) -> Any:
    """Read octal digits as a file mode."""
    if not isinstance(value, str):
        return value
    try:
        return int(value, 8)
    except ValueError as error:
        raise ValueError(f"{value!r} is not a file mode; write it in octal, such as 0440") from error


def command(value: Any) -> Any:
    """Split a command string into words."""
    return words.split(value) if isinstance(value, str) else value


def health_test(value: Any) -> Any:
    """Let the shell run a test that is one string."""
    return ["CMD-SHELL", value] if isinstance(value, str) else value


def unique(value: Any) -> Any:
    """Refuse a list that has an item twice."""
    if isinstance(value, Seq):
        seen: set[str | float] = set()
        for item in value:
            if isinstance(item, str | int | float) and not isinstance(item, bool):
                if item in seen:
                    raise ValueError(f"{item!r} is there twice; remove one of them")
                seen.add(item)
    return value


def texts(value: Any) -> Any:
    """Write the numbers of a list as strings."""
    if not isinstance(value, Seq):
        return value
    return [digits(item) for item in unique(value)]


def variables(value: Any) -> Any:
    """Read a list of `NAME=value` or a mapping as variables; a name without `=` has the value None."""
    if isinstance(value, Map):
        return {key: as_text(item) for key, item in value.items()}
    if not isinstance(value, Seq):
        return value
    result: dict[str, str | None] = {}
    unique(value)
    for item in value:
        if not isinstance(item, str):
            raise ValueError(f"each item must be a string such as NAME=value, not {kind(item)}")
        name, equals, content = item.partition("=")
        if name[-1:].isspace():
            raise ValueError(f"{name!r} ends with a space; remove the space before the equals sign")
        result[name] = content if equals else None
    return result


def labels(value: Any) -> Any:
    """Read a list of `name=value` or a mapping as labels; a name without value has an empty one."""
    if isinstance(value, Map):
        return {key: "" if item is None else as_text(item) for key, item in value.items()}
    if not isinstance(value, Seq):
        return value
    unique(value)
    for item in value:
        if not isinstance(item, str):
            raise ValueError(f"each item must be a string such as name=value, not {kind(item)}")
    return {name: content for name, _, content in (item.partition("=") for item in value)}


def options(value: Any) -> Any:
    """Write the numbers of a mapping as strings."""
    if not isinstance(value, Map):
        return value
    for key, item in value.items():
        if isinstance(item, bool) or not isinstance(item, str | int | float):
            raise ValueError(f"{key} must be a string or a number, not {kind(item)}; put it in quotes")
    return {key: text(item) for key, item in value.items()}


def log_options(value: Any) -> Any:
    """As options, with null for the empty string."""
    if not isinstance(value, Map):
        return value
    return options(Map((key, "" if item is None else item) for key, item in value.items()))


def multi_options(value: Any) -> Any:
    """Write each option as a list of strings."""
    if not isinstance(value, Map):
        return value
    return {
        key: [as_text(each) for each in item] if isinstance(item, Seq) else [as_text(item)]
        for key, item in value.items()
        if not isinstance(item, Seq) or item
    }


def hosts(value: Any) -> Any:
    """Read host names and their addresses."""
    if isinstance(value, Map):
        pairs = [(host, list(item) if isinstance(item, Seq) else [item]) for host, item in value.items()]
    elif isinstance(value, Seq):
        pairs = [_host(item) for item in unique(value)]
    else:
        return value
    result: dict[str, list[Any]] = {}
    for host, addresses in pairs:
        if not host or ":" in host or "=" in host:
            raise ValueError(f"{host!r} is not a host name")
        result.setdefault(host, []).extend(_without_brackets(address) for address in addresses)
    return result


def _host(item: Any) -> tuple[str, list[str]]:
    if not isinstance(item, str):
        raise ValueError(f"each item must be a string such as host=10.0.0.1, not {kind(item)}")
    host, separator, addresses = item.partition("=" if "=" in item else ":")
    if not separator:
        raise ValueError(f"{item!r} has no address; write it as host=10.0.0.1")
    return host, addresses.split(",")


def _without_brackets(address: Any) -> Any:
    if isinstance(address, str) and len(address) > 2 and address[0] == "[" and address[-1] == "]":
        return address[1:-1]
    return address


def ulimit(value: Any) -> Any:
    """Read one number as both limits."""
    limit = integer(value)
    if isinstance(limit, bool) or not isinstance(limit, int):
        raise ValueError(f"must be a number, or a mapping with soft and hard, not {kind(value)}")
    return {"soft": limit, "hard": limit, "single": True}


def _shown(value: Any) -> str:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else kind(value)


CONVERSIONS: dict[Form, Callable[[Any], Any]] = {
    Form.BOOLEAN: boolean,
    Form.INTEGER: integer,
    Form.NUMBER: number,
    Form.UMASK: umask,
    Form.COUNT: count,
    Form.DIGITS: digits,
    Form.SWITCH: switch,
    Form.DURATION: duration,
    Form.SIZE: size,
    Form.SIZE_TEXT: size_text,
    Form.MODE: mode,
    Form.WORDS: command,
    Form.TEST: health_test,
    Form.UNIQUE: unique,
    Form.TEXTS: texts,
    Form.VARIABLES: variables,
    Form.LABELS: labels,
    Form.OPTIONS: options,
    Form.LOG_OPTIONS: log_options,
    Form.MULTI_OPTIONS: multi_options,
    Form.HOSTS: hosts,
    Form.ULIMIT: ulimit,
}
