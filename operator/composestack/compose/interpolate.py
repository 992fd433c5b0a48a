"""Variables in the values of a document, and the casts that go with them (Compose Specification, "Interpolation")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from composestack.compose.casts import CASTS, Cast, Casts
from composestack.compose.problems import InvalidCompose, Problem, Problems
from composestack.compose.template import MAX_LENGTH, Lookup, substitute
from composestack.compose.tree import Map, Mark, Path, Seq, join


@dataclass(frozen=True, slots=True)
class Interpolated:
    """A document with its variables replaced, and the first use of each variable that has neither value nor default."""

    tree: Map
    unset: Mapping[str, tuple[Path, Mark]]


def interpolate(document: Map, variables: Mapping[str, str]) -> Interpolated:
    """Return a fresh tree of `document` with variables replaced in all values, never in keys, and values cast.

    Raises InvalidCompose with every bad variable and every value that cannot be cast to the type of its attribute.
    """
    interpolation = _Interpolation(variables.get)
    tree = interpolation.map(document, CASTS)
    interpolation.problems.check()
    return Interpolated(tree, interpolation.unset)


class _Interpolation:
    """One pass over a document; the recursion is as deep as the document, which parsing limits."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.path: list[str | int] = []
        self.unset: dict[str, tuple[Path, Mark]] = {}
        self.problems = Problems()
        self.length = 0

    def map(self, node: Map, casts: Casts) -> Map:
        result = Map(marks=node.marks.copy(), tags=node.tags.copy())
        for key, value in node.items():
            self.path.append(key)
            result[key] = self.value(value, casts.below(key), node.mark(key))
            self.path.pop()
        return result

    def seq(self, node: Seq, casts: Casts) -> Seq:
        result = Seq(marks=node.marks.copy())
        below = casts.below("[]")
        for index, value in enumerate(node):
            self.path.append(index)
            result.append(self.value(value, below, node.mark(index)))
            self.path.pop()
        return result

    def value(self, value: Any, casts: Casts, mark: Mark) -> Any:
        if type(value) is Map:
            return self.map(value, casts)
        if type(value) is Seq:
            return self.seq(value, casts)
        cast = casts.cast
        if type(value) is not str or not ("$" in value or cast):
            return value
        try:
            return self.text(value, cast, mark)
        except ValueError as error:
            self.problems.add(Problem(*mark, join(self.path), str(error)))
        if self.length > MAX_LENGTH:
            raise InvalidCompose(self.problems)
        return value

    def text(self, source: str, cast: Cast | None, mark: Mark) -> Any:
        text = substitute(source, self.lookup, lambda name: self.unset.setdefault(name, (tuple(self.path), mark)))
        self.length += len(text)
        if self.length > MAX_LENGTH:
            raise ValueError("with its variables replaced, the file is too long")
        return text if cast is None else _cast(cast, text, source)


def _cast(cast: Cast, text: str, source: str) -> bool | int | float:
    """Cast a value; a message shows what the file says, because the value of a variable may be a secret."""
    try:
        return cast(text)
    except ValueError as error:
        shown = repr(source) if len(source) <= 80 else f"{source[:80]!r}…"
        raise ValueError(f"{shown} {'is empty, and so it ' if not text else ''}{error}") from None
