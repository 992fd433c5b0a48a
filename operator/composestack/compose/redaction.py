"""Values of variables may be secrets, and messages are public: they show the variable instead of its value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from composestack.compose.problems import Problem

MIN_LENGTH = 6
"""Shorter values are no secrets, and would be found in any text."""


def redacted(problems: Iterable[Problem], variables: Mapping[str, str]) -> Iterator[Problem]:
    """Yield the problems without values of variables in their messages."""
    names = {value: name for name, value in variables.items() if not name.startswith("COMPOSE_")}
    values = sorted((value for value in names if len(value) >= MIN_LENGTH), key=len, reverse=True)
    for problem in problems:
        message = problem.message
        for value in values:
            for shown in (value, repr(value)[1:-1]):
                message = message.replace(shown, f"${{{names[value]}}}")
        yield replace(problem, message=message)
