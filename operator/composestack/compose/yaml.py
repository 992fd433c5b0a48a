"""Compose YAML into a tree, on PyYAML's C event parser: compose-go's scalars, merge keys and errors, and hard limits.

A file may hold several documents; each of them overrides the one before, as several files would.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NoReturn

from yaml import YAMLError
from yaml._yaml import CParser  # in every wheel of PyYAML; there is no slow way round it
from yaml.error import MarkedYAMLError

from composestack.compose.composer import MAX_DEPTH, MAX_NODES, Composer, not_a_key
from composestack.compose.problems import InvalidCompose, Problem
from composestack.compose.tree import Map, Mark, Seq, join

MAX_BYTES = 2**20
"""The longest text that is parsed, in bytes of UTF-8."""

_EMPTY_VALUE = re.compile(r":(?=[,\]}])")
"""The colon of a name without a value."""
_COLON_FIRST = re.compile(r":+[^\s,:\[\]{}'](?:[^\s,:\[\]{}']|:(?=[^\s,\[\]{}]))*")
"""Text that begins with a colon, without spaces and quotes."""
_REMEDIES = {
    "found character that cannot start any token": "; indent with spaces, not tabs, and quote what begins with @ or `",
    "did not find expected alphabetic or numeric character": "; names of anchors have letters, digits, - and _ only",
    "did not find expected ',' or ']'": "; quote text with braces, such as '${NAME}'",
    "did not find expected ',' or '}'": "; quote text with braces, such as '${NAME}'",
    "mapping values are not allowed in this context": "; quote text with a colon, and check the indentation",
}


def parse(text: str | bytes, file: str) -> list[Map]:
    """Return the documents of a Compose file; none for a file that is empty or has only comments.

    No container is in two places: aliases are copies. Raises InvalidCompose with every duplicate key, key that is no
    string, bad alias, bad tag and document that is no mapping; or with the first syntax error.
    """
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    if len(data) > MAX_BYTES:
        raise InvalidCompose([Problem(file, 0, 0, "", f"the file is larger than {MAX_BYTES} bytes")])
    room = MAX_BYTES
    while True:
        composer = Composer(file, CParser(data).get_event)
        try:
            return composer.compose()
        except YAMLError as error:
            room -= len(data)
            clearer = _clearer(data, error) if room > 0 else None
            if clearer is None:
                raise InvalidCompose([*composer.problems, _syntax_problem(error, data, file)]) from None
            data = clearer


def _clearer(data: bytes, error: YAMLError) -> bytes | None:
    """Return the text with a colon in `{…}` or `[…]` written so that the parser knows what it is; or None.

    Unlike the parser of Compose, it takes neither `{data:}` for a name without a value, nor `[::1]` for text. Each is
    found at the place where parsing stops, as only the parser knows what is in brackets.
    """
    at = error.problem_mark.index if isinstance(error, MarkedYAMLError) and error.problem_mark else 0
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if _EMPTY_VALUE.match(text, at):
        return f"{text[: at + 1]} {text[at + 1 :]}".encode()
    if (match := _COLON_FIRST.match(text, at)) and text[:at].rstrip().endswith(("[", ",")):
        return f"{text[:at]}'{match[0]}'{text[match.end() :]}".encode()
    return None


def _syntax_problem(error: YAMLError, data: bytes, file: str) -> Problem:
    """Return a syntax error in plain words, at the place where the parser stopped."""
    if isinstance(error, MarkedYAMLError) and (mark := error.problem_mark or error.context_mark):
        since = f" in line {error.context_mark.line + 1}" if error.context_mark else ""
        context = f" {error.context}{since}" if error.context else ""
        message = f"{error.problem}{context}{_REMEDIES.get(error.problem or '', '')}"
        return Problem(file, mark.line + 1, mark.column + 1, "", f"this is not YAML: {message}")
    position = getattr(error, "position", 0)
    line = data.count(b"\n", 0, position) + 1
    return Problem(file, line, 0, "", f"this is not YAML: {getattr(error, 'reason', error)}")


def from_object(value: Any, file: str) -> Map:
    """Return the tree of an application that was already parsed (from JSON); its places have line and column 0.

    Raises InvalidCompose for what is no mapping, a key that is no string, a value that is none of JSON's, and beyond
    the limits of `parse`.
    """
    copy = _Copy(file)
    if not isinstance(value, Mapping):
        copy.fail("a Compose file must be a mapping, with services: at its top")
    return copy.map(value, 1)


class _Copy:
    """A walk through a parsed document; the recursion is as deep as the document may be."""

    def __init__(self, file: str) -> None:
        self.mark: Mark = (file, 0, 0)
        self.path: list[str | int] = []
        self.nodes = 0
        self.size = 0

    def map(self, value: Mapping[str, Any], depth: int) -> Map:
        result = Map()
        for key, item in value.items():
            if type(key) is not str:
                self.fail(not_a_key(key))
            self.path.append(key)
            self.size += len(key)
            result[key] = self.value(item, depth)
            self.path.pop()
        result.marks = dict.fromkeys(result, self.mark)
        return result

    def seq(self, value: list[Any], depth: int) -> Seq:
        result = Seq()
        for index, item in enumerate(value):
            self.path.append(index)
            result.append(self.value(item, depth))
            self.path.pop()
        result.marks = [self.mark] * len(result)
        return result

    def value(self, value: Any, depth: int) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.fail(f"the application has more than {MAX_NODES} values")
        if isinstance(value, Mapping | list):
            if depth >= MAX_DEPTH:
                self.fail(f"the application is nested more than {MAX_DEPTH} deep")
            return self.map(value, depth + 1) if isinstance(value, Mapping) else self.seq(value, depth + 1)
        if not isinstance(value, str | int | float | None):
            self.fail(f"a value of type {type(value).__name__} is none that JSON has")
        self.size += len(value) if isinstance(value, str) else 0
        if self.size > MAX_BYTES:
            self.fail(f"the application is larger than {MAX_BYTES} characters")
        return value

    def fail(self, message: str) -> NoReturn:
        raise InvalidCompose([Problem(*self.mark, join(self.path), message)])
