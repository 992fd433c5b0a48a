"""What pydantic says is wrong, in the words of this project and with the place where it was written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from composestack.compose.canonical.typed import typed
from composestack.compose.model import Project
from composestack.compose.report import Report
from composestack.compose.tree import Map, Path

NAME_REMEDY = "a name has letters, digits, dots, dashes and underscores only"


def document(tree: Map, report: Report, name: str = "project", *, complete: bool = True) -> Project | None:
    """Return the model of a merged document, as far as it is valid by itself.

    Of one that is not `complete`, as another document is to go over it, sizes, durations, commands and the like are not
    in the model where they cannot be read. The rest must be valid already.
    """
    body = tree.holding((key, value) for key, value in tree.items() if key != "version")
    if not isinstance(tree.get("version", ""), str):
        report.add(tree, ("version",), "must be a string; better remove it, as it has no effect")
    return project({"name": name, **typed(body, Project, report, complete)}, tree, report)


def project(values: Mapping[str, Any], tree: Map, report: Report) -> Project | None:
    """Return the model of `values`; what is wrong with them goes to the report, with its place in `tree`."""
    if report.is_full():
        return None
    try:
        return Project.model_validate(values)
    except ValidationError as error:
        for details in error.errors(include_url=False, include_context=True, include_input=True):
            if report.is_full():
                break
            path, message = explain(details)
            missing = (str(details["loc"][-1]),) if details["type"] == "missing" else ()
            report.add(tree, path, message, missing=missing)
        return None


def explain(details: ErrorDetails) -> tuple[Path, str]:
    """Return the path of an error and one sentence about it."""
    location = details["loc"]
    if location and location[-1] == "[key]":
        return location[:-1], f"is not a valid name; {NAME_REMEDY}"
    if details["type"] == "missing":
        return location[:-1], f"{location[-1]} is missing; add it"
    sentence = _SENTENCES.get(details["type"], _other)
    return location, sentence(details)


def _must_be(what: str) -> Callable[[ErrorDetails], str]:
    return lambda details: f"must be {what}, not {_shown(details['input'])}"


def _string(details: ErrorDetails) -> str:
    value = details["input"]
    remedy = "; put it in quotes" if isinstance(value, int | float) else ""
    return f"must be a string, not {_shown(value)}{remedy}"


def _choice(details: ErrorDetails) -> str:
    return f"must be one of {details['ctx']['expected']}, not {_shown(details['input'])}"


def _pattern(details: ErrorDetails) -> str:
    return f"{details['input']!r} is not a value of this attribute; it must match {details['ctx']['pattern']}"


def _other(details: ErrorDetails) -> str:
    return details["msg"]


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return repr(value) if len(value) <= 80 else "a long string"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return "a list"
    return "a mapping" if isinstance(value, Mapping) else "a date"


def _bound(word: str, key: str) -> Callable[[ErrorDetails], str]:
    return lambda details: f"must be at {word} {details['ctx'][key]}, not {_shown(details['input'])}"


_SENTENCES: dict[str, Callable[[ErrorDetails], str]] = {
    "string_type": _string,
    "int_type": _must_be("a whole number"),
    "int_from_float": _must_be("a whole number"),
    "float_type": _must_be("a number"),
    "bool_type": _must_be("true or false"),
    "tuple_type": _must_be("a list"),
    "dict_type": _must_be("a mapping"),
    "mapping_type": _must_be("a mapping"),
    "model_type": _must_be("a mapping"),
    "greater_than_equal": _bound("least", "ge"),
    "less_than_equal": _bound("most", "le"),
    "less_than": lambda details: f"must be less than {details['ctx']['lt']}, not {_shown(details['input'])}",
    "literal_error": _choice,
    "string_pattern_mismatch": _pattern,
}
