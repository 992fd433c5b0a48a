"""Environment files into variables, in compose-go's syntax (Compose Specification, "Env_file format").

`KEY=value`, `KEY: value` and `export KEY=value`; a `KEY` alone takes its value from outside. An unquoted value ends at
` #`, single quotes are literal, double quotes know escapes, and both may span lines. Variables are replaced in all
values but single-quoted ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from composestack.compose.problems import InvalidCompose, Problem, Problems
from composestack.compose.template import MAX_LENGTH, InvalidForm, Lookup, substitute

MAX_VARIABLES = 50_000
"""The most variables that one file may set."""

_SPACE = "\t\v\f\r \x85\xa0"  # within a line
_SPACES = "\n\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000" + _SPACE
_IGNORED = re.compile(rf"(?:[{_SPACES}]++|#[^\n]*+)*+")
_NAME = re.compile(rf"(?:export[\t\n\f\r ][{_SPACE}]*+)?([\w.\-\[\]{_SPACE}]*+)(?:([=:])[{_SPACE}]*+|\n|\Z)")
_UNQUOTED = re.compile(r"[^\n]*+")
_QUOTED = {quote: re.compile(rf"{quote}((?:[^{quote}\\]++|\\.)*+){quote}", re.DOTALL) for quote in "'\""}
_QUOTE_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([abfnrtv$\\])|0([0-9]{0,3}))", re.ASCII)
_ESCAPED = dict(zip("abfnrtv$\\", ("\a", "\b", "\f", "\n", "\r", "\t", "\v", "$$", "\\"), strict=True))


def parse(
    text: str | bytes, file: str, lookup: Lookup, earlier: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Return the variables of an environment file, in its order; a value without a name, `=x`, is skipped.

    `$NAME` in a value is what `lookup` returns, else what a line above says, else what `earlier` files say, else
    empty. Raises InvalidCompose with every bad line.
    """
    return _Reader(text, file, lookup, earlier).read()


def parse_raw(text: str | bytes, file: str, lookup: Lookup) -> dict[str, str]:
    """Return the variables of an environment file with `format: raw`, the one of `docker run --env-file`.

    Every line is `KEY=value`, and the value is taken as it is; the rest is as in `parse`.
    """
    return _Reader(text, file, lookup).read_raw()


class _Reader:
    def __init__(
        self, text: str | bytes, file: str, lookup: Lookup, earlier: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.file = file
        self.earlier = earlier
        self.lookup = lookup
        self.variables: dict[str, str] = {}
        self.problems = Problems()
        self.count = 0
        self.length = 0
        self.text = self.decoded(text).removeprefix("\ufeff")
        self.line = 1
        self.counted = 0  # how far lines are counted

    def read(self) -> dict[str, str]:
        position = self.skip(0)
        while position < len(self.text):
            position = self.skip(self.statement(position))
        return self.finish()

    def read_raw(self) -> dict[str, str]:
        position = 0
        for line in self.text.split("\n"):
            name, equals, value = line.removesuffix("\r").lstrip().partition("=")
            if not name.startswith("#") and (name or equals):
                if not name or len(name.split()) > 1 or name != name.rstrip():
                    self.problem(position, f"line {self.line_of(position)} does not begin with a name without spaces")
                else:
                    self.set(name, value if equals else self.lookup(name), position)
            position += len(line) + 1
        return self.finish()

    def finish(self) -> dict[str, str]:
        self.problems.check()
        return self.variables

    def skip(self, position: int) -> int:
        """Return where the next statement begins: behind blank lines and comments."""
        match = _IGNORED.match(self.text, position)
        return match.end() if match else position

    def statement(self, start: int) -> int:
        """Read one statement; return its end."""
        match = _NAME.match(self.text, start)
        if match is None or len(match[1].split()) > 1:
            self.problem(
                start, f"the name in line {self.line_of(start)} has a space or another character that names do not have"
            )
            end = self.text.find("\n", start)
            return end if end >= 0 else len(self.text)
        name = match[1].rstrip()
        if match[2]:
            return self.assignment(name, start, match.end())
        self.set(name, self.lookup(name), start)
        return match.end()

    def assignment(self, name: str, start: int, position: int) -> int:
        """Read a value and set the variable; return the end of the value."""
        quote = self.text[position : position + 1]
        if quote not in _QUOTED:
            match = _UNQUOTED.match(self.text, position)
            assert match is not None, "the pattern matches everywhere"
            self.expand(name, match[0].partition(" #")[0].rstrip(), start)
            return match.end()
        match = _QUOTED[quote].match(self.text, position)
        if match is None:
            self.problem(start, f"the quoted value of {name} is unterminated; close it with {quote}")
            return len(self.text)
        value = _QUOTE_ESCAPE.sub(lambda escape: quote if escape[1] == quote else escape[0], match[1])
        if quote == '"':
            self.expand(name, _ESCAPE.sub(_unescaped, value), start)
        else:
            self.set(name, value, start)
        return match.end()

    def expand(self, name: str, value: str, start: int) -> None:
        """Set a variable to a value with the variables in it replaced; messages do not show it, it may be a secret."""
        try:
            self.set(name, substitute(value, self.known, lambda _: None), start)
        except InvalidForm:
            self.problem(
                start, f"the value of {name} has a ${{ that begins no variable; double the $, or use single quotes"
            )
        except ValueError as error:
            self.problem(start, f"{name}: {error}")

    def known(self, name: str) -> str | None:
        value = self.lookup(name)
        return self.variables.get(name, self.earlier.get(name)) if value is None else value

    def set(self, name: str, value: str | None, start: int) -> None:
        """Set a variable, unless it has no name, or no value outside of the file."""
        if not name or value is None:
            return
        self.variables[name] = value
        self.count += 1
        self.length += len(value)
        if self.count > MAX_VARIABLES or self.length > MAX_LENGTH:
            self.problem(
                start, f"the file sets more than {MAX_VARIABLES} variables or {MAX_LENGTH} characters in their values"
            )
            self.finish()

    def problem(self, start: int, message: str) -> None:
        self.problems.add(Problem(self.file, self.line_of(start), 1, "", message))

    def line_of(self, position: int) -> int:
        """Return the line of a position that is not before the one of the last call."""
        self.line += self.text.count("\n", self.counted, position)
        self.counted = position
        return self.line

    def decoded(self, text: str | bytes) -> str:
        if isinstance(text, str):
            return text
        try:
            return text.decode()
        except UnicodeDecodeError as error:
            line = text.count(b"\n", 0, error.start) + 1
            raise InvalidCompose([Problem(self.file, line, 0, "", "the file is not UTF-8 text")]) from None


def _unescaped(escape: re.Match[str]) -> str:
    character, digits = escape.groups()
    if character:
        return _ESCAPED[character]
    if len(digits) == 3 and digits.isdecimal() and max(digits) < "8" and int(digits, 8) < 256:
        return chr(int(digits, 8))
    return f"\\{digits}"  # as compose-go does: the 0 is lost
