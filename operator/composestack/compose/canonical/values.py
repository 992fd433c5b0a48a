"""Values as documents write them, into values as the models hold them: one small function for each `Form`.

A function leaves alone what it does not understand, so that the model says what is wrong with it. Where it can say
better what to write instead, it raises ValueError; and `Unreadable` if the type is right and the content is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from composestack.compose import words
from composestack.compose.canonical import numbers
from composestack.compose.canonical.reading import Unreadable, kind, read
from composestack.compose.model.base import Form
from composestack.compose.scalars import Timestamp, text
from composestack.compose.tree import Map, Seq

SCALARS = (str, int, float, bool, Timestamp)
_COMPARABLE = {str, int, float}


def as_text(value: Any) -> Any:
    """Write a scalar as a string."""
    if type(value) is str:
        return value
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{text(value)} is not a value; if it is meant as text, put it in quotes")
    return text(value) if isinstance(value, SCALARS) else value


def digits(value: Any) -> Any:
    """Write a whole number as a string."""
    return str(numbers.truncated(value)) if isinstance(value, int) and not isinstance(value, bool) else value


def switch(value: Any) -> Any:
    """Write a boolean as a string."""
    return text(value) if isinstance(value, bool) else value


def command(value: Any) -> Any:
    """Split a command string into words."""
    return read(words.split, value) if isinstance(value, str) else value


def health_test(value: Any) -> Any:
    """Let the shell run a test that is one string."""
    return ["CMD-SHELL", value] if isinstance(value, str) else value


def unique(value: Any) -> Any:
    """Refuse a list that has an item twice."""
    if isinstance(value, Seq):
        seen: set[str | float] = set()
        for item in value:
            if type(item) in _COMPARABLE:
                if item in seen:
                    raise ValueError(f"{item!r} is there twice; remove one of them")
                seen.add(item)
    return value


def text_or_list(value: Any) -> Any:
    """Read a string as a list of one."""
    return [value] if isinstance(value, str) else unique(value)


def texts(value: Any) -> Any:
    """Write the numbers of a list as strings."""
    if not isinstance(value, Seq):
        return value
    return [digits(item) for item in unique(value)]


def variables(value: Any) -> Any:
    """Read a list of `NAME=value` or a mapping as variables; a name without `=` has the value None."""
    if isinstance(value, Map):
        return {key: as_text(item) for key, item in _named(value).items()}
    if not isinstance(value, Seq):
        return value
    result: dict[str, str | None] = {}
    unique(value)
    for item in value:
        if not isinstance(item, str):
            raise ValueError(f"each item must be a string such as NAME=value, not {kind(item)}")
        name, equals, content = item.partition("=")
        if name[-1:].isspace():
            raise Unreadable(f"{name!r} ends with a space; remove the space before the equals sign")
        result[name] = content if equals else None
    return result


def _named(value: Map) -> Map:
    if "" in value:
        raise ValueError("has a value without a name; give it one, or remove the line")
    return value


def labels(value: Any) -> Any:
    """Read a list of `name=value` or a mapping as labels; a name without value has an empty one."""
    if isinstance(value, Map):
        return {key: "" if item is None else as_text(item) for key, item in _named(value).items()}
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
        if isinstance(item, bool) or not isinstance(item, str | int | float | Timestamp):
            raise ValueError(f"{key} must be a string or a number, not {kind(item)}; put it in quotes")
    return {key: as_text(item) for key, item in value.items()}


def storage_options(value: Any) -> Any:
    """Write the whole numbers of a mapping as strings, with null for the empty string."""
    if not isinstance(value, Map):
        return value
    result = {key: "" if item is None else digits(item) for key, item in value.items()}
    for key, item in result.items():
        if not isinstance(item, str):
            raise Unreadable(f"{key} must be a string or a whole number, not {kind(item)}; put it in quotes")
    return result


def driver_options(value: Any) -> Any:
    """As options, of which a fraction is an error."""
    options(value)
    return storage_options(value)


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
            raise Unreadable(f"{host!r} is not a host name")
        result.setdefault(host, []).extend(_without_brackets(address) for address in addresses)
    return result


def _host(item: Any) -> tuple[str, list[str]]:
    if not isinstance(item, str):
        raise ValueError(f"each item must be a string such as host=10.0.0.1, not {kind(item)}")
    host, separator, addresses = item.partition("=" if "=" in item else ":")
    if not separator:
        raise Unreadable(f"{item!r} has no address; write it as host=10.0.0.1")
    return host, addresses.split(",")


def _without_brackets(address: Any) -> Any:
    if isinstance(address, str) and len(address) > 2 and address[0] == "[" and address[-1] == "]":
        return address[1:-1]
    return address


CONVERSIONS: dict[Form, Callable[[Any], Any]] = {
    Form.BOOLEAN: numbers.boolean,
    Form.INTEGER: numbers.integer,
    Form.TRUNCATED: numbers.truncated_integer,
    Form.PRIORITY: numbers.truncated,
    Form.WHOLE: numbers.whole,
    Form.UNSIGNED: numbers.unsigned,
    Form.RETRIES: numbers.retries,
    Form.WEIGHT: numbers.weight,
    Form.NUMBER: numbers.number,
    Form.UMASK: numbers.umask,
    Form.COUNT: numbers.count,
    Form.DIGITS: digits,
    Form.SWITCH: switch,
    Form.DURATION: numbers.duration,
    Form.SIZE: numbers.size,
    Form.WHOLE_SIZE: numbers.whole_size,
    Form.SIZE_TEXT: numbers.size_text,
    Form.MODE: numbers.mode,
    Form.TMPFS_MODE: numbers.tmpfs_mode,
    Form.LIMIT: numbers.limit,
    Form.WORDS: command,
    Form.TEST: health_test,
    Form.UNIQUE: unique,
    Form.TEXT_OR_LIST: text_or_list,
    Form.TEXTS: texts,
    Form.VARIABLES: variables,
    Form.LABELS: labels,
    Form.OPTIONS: options,
    Form.LOG_OPTIONS: log_options,
    Form.STORAGE_OPTIONS: storage_options,
    Form.DRIVER_OPTIONS: driver_options,
    Form.MULTI_OPTIONS: multi_options,
    Form.HOSTS: hosts,
    Form.ULIMIT: numbers.ulimit,
}
