"""Variables in one string: `$VAR`, `${VAR}` and its forms with default, error and alternative.

The Compose Specification ("Interpolation") names the forms. Where it is vague, this does what compose-go does: `$1`,
`$(x)` and a `$` at the end are literal; a default ends at the brace that closes it, or else at the last of its line.
One pass, linear in the text, however the forms are nested.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Lookup = Callable[[str], str | None]
"""The value of a variable, or None if it is not set."""

MAX_DEPTH = 100
"""How deep defaults may nest: `${A:-${B:-…}}`."""
MAX_LENGTH = 4 * 2**20
"""The most characters that one string, or all strings of a document, may have once variables are replaced."""

_START = re.compile(r"\$(?:\$|\{|([A-Za-z_][A-Za-z0-9_]*))")
_BRACED = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:\}|(:?[-+?]))")
_BRACE = re.compile(r"\{.?|\}", re.DOTALL)
_REMEDY = "write ${NAME}, ${NAME:-default}, ${NAME:?error} or ${NAME:+other}, and $$ for a literal $"


class InvalidForm(ValueError):
    """A `${` that begins no variable. The message shows some of the text behind it."""


def substitute(text: str, lookup: Lookup, unset: Callable[[str], object]) -> str:
    """Return `text` with its variables replaced by what `lookup` says; what it says is not replaced again.

    `unset` is told each variable that has neither value nor default; such a variable becomes empty.
    Raises ValueError for a form that is none, a required variable without a value, and too long a result.
    """
    return _Template(text, lookup, unset).expand(0, len(text), 0) if "$" in text else text


class _Template:
    def __init__(self, text: str, lookup: Lookup, unset: Callable[[str], object]) -> None:
        self.text = text
        self.lookup = lookup
        self.unset = unset
        self.length = 0
        self.newline = -1
        self.closing: dict[int, int] | None = None

    def expand(self, start: int, end: int, depth: int) -> str:
        """Return a part of the text with its variables replaced; a default is such a part."""
        if depth > MAX_DEPTH:
            raise ValueError(f"variables are nested more than {MAX_DEPTH} deep")
        parts = []
        while match := _START.search(self.text, start, end):
            parts.append(self.text[start : match.start()])
            if match.group() == "${":
                value, start = self.braced(match.end(), end, depth)
            else:
                value, start = self.value(match[1]) if match[1] else "$", match.end()
            self.length += len(value)
            if self.length > MAX_LENGTH:
                raise ValueError("with its variables replaced, the value is too long")
            parts.append(value)
        parts.append(self.text[start:end])
        return "".join(parts)

    def value(self, name: str) -> str:
        value = self.lookup(name)
        if value is None:
            self.unset(name)
        return value or ""

    def braced(self, start: int, end: int, depth: int) -> tuple[str, int]:
        """Return the value of the form whose name starts at `start`, and where the text goes on behind it."""
        match = _BRACED.match(self.text, start, end)
        if match is None:
            raise self.invalid(start)
        name, operator = match.groups()
        if operator is None:
            return self.value(name), match.end()
        close = self.find_closing(start, match.end(), end)
        value = self.lookup(name)
        present = value is not None and not (value == "" and operator[0] == ":")
        if (operator[-1] == "+") == present:
            value = self.expand(match.end(), close, depth + 1)
        if operator[-1] == "?" and not present:
            reason = f": {value}" if value else "; set it"
            raise ValueError(f"required variable {name} is missing a value{reason}")
        return value or "", close + 1

    def find_closing(self, name: int, start: int, end: int) -> int:
        """Return the brace that ends the form whose name starts at `name`: its own, or else the last of the line."""
        if self.closing is None:
            self.closing = _pairs(self.text)
        if self.newline < start:
            newline = self.text.find("\n", start)
            self.newline = newline if newline >= 0 else len(self.text)
        line_end = min(self.newline, end)
        close = self.closing.get(name - 1, -1)
        if not start <= close < line_end:
            close = self.text.rfind("}", start, line_end)
        if close < 0:
            raise self.invalid(name)
        return close

    def invalid(self, start: int) -> InvalidForm:
        form = self.text[start - 2 : start + 30].partition("\n")[0]
        return InvalidForm(f"{form!r} is not a variable; {_REMEDY}")


def _pairs(text: str) -> dict[int, int]:
    """Return the closing brace of each opening one. As in compose-go, a character right after `{` is not looked at."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for match in _BRACE.finditer(text):
        if match[0] != "}":
            opened.append(match.start())
        elif opened:
            pairs[opened.pop()] = match.start()
    return pairs
