"""Variables in the values of a document, and the casts that go with them (Compose Specification, "Interpolation")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from composestack.compose.casts import CASTS, Cast
from composestack.compose.patterns import Pattern
from composestack.compose.problems import InvalidCompose, Problem, Problems
from composestack.compose.report import Report
from composestack.compose.template import MAX_LENGTH, Lookup, substitute
from composestack.compose.tree import Map, Mark, Path, Seq, join

NO_CASTS: Pattern[Cast] = Pattern()

Unset = Mapping[str, tuple[Path, Mark]]
"""The first use of each variable that has neither value nor default."""


def interpolate(document: Map, variables: Mapping[str, str], report: Report) -> Unset:
    """Replace variables in all values of `document`, never in keys, and cast the values; return what is not set.

    The document is changed in place. What is wrong with a value goes to the report, and the value stays as it is.
    Raises InvalidCompose if there is too much of that, or if the values are too long together.
    """
    interpolation = _Interpolation(variables.get, report)
    interpolation.map(document, CASTS)
    return interpolation.unset


class _Interpolation:
    """One pass over a document; the recursion is as deep as the document, which parsing limits."""

    def __init__(self, lookup: Lookup, report: Report) -> None:
        self.lookup = lookup
        self.report = report
        self.problems = Problems()
        self.path: list[str | int] = []
        self.unset: dict[str, tuple[Path, Mark]] = {}
        self.length = 0

    def map(self, node: Map, casts: Pattern[Cast]) -> None:
        children, every = casts.children, casts.every or NO_CASTS
        for key, value in node.items():
            kind = type(value)
            if kind is str:
                cast = children.get(key, every).rule
                if cast is not None or "$" in value:
                    self.path.append(key)
                    node[key] = self.text(value, cast, node.mark(key))
                    self.path.pop()
            elif kind is Map:
                self.path.append(key)
                self.map(value, children.get(key, every))
                self.path.pop()
            elif kind is Seq:
                self.path.append(key)
                self.seq(value, children.get(key, every))
                self.path.pop()

    def seq(self, node: Seq, casts: Pattern[Cast]) -> None:
        every = casts.every or NO_CASTS
        for index, value in enumerate(node):
            kind = type(value)
            if kind is str:
                if every.rule is not None or "$" in value:
                    self.path.append(index)
                    node[index] = self.text(value, every.rule, node.mark(index))
                    self.path.pop()
            elif kind is Map:
                self.path.append(index)
                self.map(value, every)
                self.path.pop()
            elif kind is Seq:
                self.path.append(index)
                self.seq(value, every)
                self.path.pop()

    def text(self, source: str, cast: Cast | None, mark: Mark) -> Any:
        try:
            text = substitute(source, self.lookup, lambda name: self.unset.setdefault(name, (tuple(self.path), mark)))
            self.length += len(text)
            if self.length > MAX_LENGTH:
                message = "with its variables replaced, the file is too long"
                raise InvalidCompose([Problem(*mark, join(self.path), message)])
            return text if cast is None else _cast(cast, text, source)
        except ValueError as error:
            problem = Problem(*mark, join(self.path), str(error))
            self.report.note(problem, tuple(self.path))
            self.problems.add(problem)
            return source


def _cast(cast: Cast, text: str, source: str) -> bool | int | float:
    """Cast a value; a message shows what the file says, because the value of a variable may be a secret."""
    try:
        return cast(text)
    except ValueError as error:
        shown = repr(source) if len(source) <= 80 else f"{source[:80]!r}…"
        raise ValueError(f"{shown} {'is empty, and so it ' if not text else ''}{error}") from None
