"""Compose YAML into a tree, on PyYAML's C event parser: compose-go's scalars, merge keys and errors, and hard limits.

A file may hold several documents; each of them overrides the one before, as several files would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, Protocol

from yaml import YAMLError
from yaml._yaml import CParser
from yaml._yaml import Mark as YamlMark
from yaml.error import MarkedYAMLError
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from composestack.compose.problems import InvalidCompose, Problem
from composestack.compose.scalars import MERGE_KEY, construct, resolve
from composestack.compose.scalars import text as text_of
from composestack.compose.tree import Map, Mark, Seq, Tag, join

MAX_BYTES = 2**20
"""The longest text that is parsed, in bytes of UTF-8; aliases may stand for as much again."""
MAX_NODES = 100_000
"""The most values in a file, counting each alias as all that it stands for (compose-go allows as many)."""
MAX_DEPTH = 100
"""The deepest nesting, aliases included."""

_STANDARD = "tag:yaml.org,2002:"
_TAGS: dict[str | None, Tag] = {tag.value: tag for tag in Tag}
_UNTAGGED = {"!", *_TAGS}
_REMEDIES = {
    "found character that cannot start any token": "; indent with spaces, not tabs, and quote what begins with @ or `",
    "did not find expected ',' or ']'": "; quote text with braces, such as '${NAME}'",
    "did not find expected ',' or '}'": "; quote text with braces, such as '${NAME}'",
    "mapping values are not allowed in this context": "; quote text with a colon, and check the indentation",
}


def parse(text: str | bytes, file: str) -> list[Map]:
    """Return the documents of a Compose file; none for a file that is empty or has only comments.

    Aliases share their containers, so take the trees for immutable. Raises InvalidCompose with every duplicate key,
    key that is no string, bad alias, bad tag and document that is no mapping; or with the first syntax error.
    """
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    if len(data) > MAX_BYTES:
        raise InvalidCompose([Problem(file, 0, 0, "", f"the file is larger than {MAX_BYTES} bytes")])
    builder = _Builder(file)
    try:
        builder.build(CParser(data))
    except YAMLError as error:
        builder.problems.append(_syntax_problem(error, data, file))
    return builder.finish()


class _Node:
    """A container while it is read; afterwards, what an alias to it, or to an anchored scalar, must know."""

    __slots__ = ("closed", "key", "keyed", "levels", "merges", "nodes", "tag", "text", "value")

    def __init__(self, value: Any, tag: Tag | None, levels: int) -> None:
        self.value = value
        self.tag = tag
        self.closed = levels == 0
        self.key = ""  # the last one
        self.keyed = False  # whether its value comes next
        self.merges = False  # whether one of the keys is <<
        self.levels = (
            levels  # of containers, this one and the deepest below it; aliases count in full, as in what follows
        )
        self.nodes = 1
        self.text = 0


class _Event(Protocol):
    """What the parser's events have, as far as each kind has it; PyYAML's own types allow None for marks."""

    anchor: str | None
    tag: str | None
    value: str
    style: str
    start_mark: YamlMark
    end_mark: YamlMark


class _Builder:
    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.documents = Seq()
        self.anchors: dict[str | None, _Node] = {}
        self.top = _Node(self.documents, None, 1)
        self.stack = [self.top]
        self.nodes = 0
        self.aliased_text = 0

    def build(self, parser: CParser) -> None:
        handlers: dict[type[Any], Callable[[Any], None]] = {
            ScalarEvent: self.scalar,
            MappingStartEvent: self.mapping_start,
            MappingEndEvent: self.end,
            SequenceStartEvent: self.sequence_start,
            SequenceEndEvent: self.end,
            AliasEvent: self.alias,
            DocumentStartEvent: self.document_start,
            DocumentEndEvent: lambda _: None,
            StreamStartEvent: lambda _: None,
        }
        while not isinstance(event := parser.get_event(), StreamEndEvent):
            handlers[type(event)](event)

    def finish(self) -> list[Map]:
        for document, place in zip(self.documents, self.documents.marks, strict=True):
            if type(document) is not Map:
                self.problem(place, (), "a Compose file must be a mapping, with services: at its top")
        if self.problems:
            raise InvalidCompose(self.problems)
        return list(self.documents)

    def document_start(self, _: _Event) -> None:
        self.anchors = {}

    def scalar(self, event: _Event) -> None:
        if event.tag is None and event.anchor is None:
            self.put(event.value if event.style else resolve(event.value), event.start_mark)
            return
        tag = _TAGS.get(event.tag)
        value = self.tagged(event)
        if event.anchor is not None:
            node = self.anchors[event.anchor] = _Node(value, tag, 0)
            node.text = len(event.value)
        self.put(value, event.start_mark, tag)

    def tagged(self, event: _Event) -> Any:
        if event.tag is None or event.tag in _UNTAGGED:
            return event.value if event.style else resolve(event.value)
        try:
            return construct(event.tag.replace(_STANDARD, "!!", 1), event.value)
        except ValueError as error:
            self.problem(self.place(event.start_mark), self.here(), str(error))
            return None

    def mapping_start(self, event: _Event) -> None:
        self.start(event, Map())

    def sequence_start(self, event: _Event) -> None:
        self.start(event, Seq())

    def start(self, event: _Event, value: Map | Seq) -> None:
        tag = _TAGS.get(event.tag)
        self.put(value, event.start_mark, tag)
        if len(self.stack) > MAX_DEPTH:
            self.fail(event.start_mark, f"the file is nested more than {MAX_DEPTH} deep")
        node = self.top = _Node(value, tag, 1)
        node.nodes -= self.nodes
        node.text -= self.aliased_text + event.start_mark.index
        self.stack.append(node)
        if event.anchor is not None:
            self.anchors[event.anchor] = node

    def end(self, event: _Event) -> None:
        node = self.stack.pop()
        self.nodes += len(node.value)
        if self.nodes > MAX_NODES:
            self.fail(event.start_mark, f"the file has more than {MAX_NODES} values")
        node.nodes += self.nodes
        node.text += self.aliased_text + event.end_mark.index
        node.closed = True
        self.top = self.stack[-1]
        self.top.levels = max(self.top.levels, node.levels + 1)
        if node.merges:
            self.merge(node.value)

    def alias(self, event: _Event) -> None:
        node = self.anchors.get(event.anchor)
        if node is None or not node.closed:
            reason = "is not defined before it is used" if node is None else "contains itself"
            self.problem(self.place(event.start_mark), self.here(), f"the anchor {event.anchor!r} {reason}")
            self.put(None, event.start_mark)
            return
        self.nodes += node.nodes - 1
        self.aliased_text += node.text
        self.top.levels = max(self.top.levels, node.levels + 1)
        if self.nodes > MAX_NODES or self.aliased_text > MAX_BYTES:
            self.fail(event.start_mark, f"the aliases stand for more than {MAX_NODES} values or {MAX_BYTES} bytes")
        if len(self.stack) - 1 + node.levels > MAX_DEPTH:
            self.fail(event.start_mark, f"the file is nested more than {MAX_DEPTH} deep by its aliases")
        self.put(node.value, event.start_mark, node.tag)

    def put(self, value: Any, mark: YamlMark, tag: Tag | None = None) -> None:
        """Place a value where the document is: as an item, as the value of the last key, or as a key."""
        top = self.top
        node = top.value
        if type(node) is Seq:
            if tag is not Tag.RESET:
                node.append(value)
                node.marks.append((self.file, mark.line + 1, mark.column + 1))
        elif top.keyed:
            top.keyed = False
            if tag is not None:
                node.tags[top.key] = tag
            if tag is not Tag.RESET:
                node[top.key] = value
        else:
            self.put_key(top, value, (self.file, mark.line + 1, mark.column + 1))

    def put_key(self, top: _Node, key: Any, place: Mark) -> None:
        marks = top.value.marks
        top.keyed = True
        if type(key) is not str:
            self.problem(place, self.path(), f"a key must be a string, and {_shown(key)} is none; write it in quotes")
            top.key = str(place)
            return
        top.key = key
        if key in marks:
            message = f"the key {key!r} is here a second time; the first is in line {marks[key][1]}"
            self.problem(place, self.here(), message)
            return
        marks[key] = place
        if key is MERGE_KEY:
            top.merges = True

    def merge(self, node: Map) -> None:
        """Carry out a merge key: explicit keys win, then earlier sources."""
        place = node.marks.pop(MERGE_KEY)
        merged = node.pop(MERGE_KEY, None)
        sources = merged if type(merged) is Seq else [merged]
        if node.tags.pop(MERGE_KEY, None) or not all(type(source) is Map for source in sources):
            self.problem(place, self.path(), "<< takes a mapping or a list of mappings, without a tag")
            return
        for source in {id(source): source for source in sources}.values():
            for key, value in source.items():
                node.setdefault(key, value)
            node.marks = source.marks | node.marks
            node.tags = source.tags | node.tags

    def path(self) -> list[str | int]:
        """Return the path of the container that is being read."""
        return [_last(node) for node in self.stack[1:-1]]

    def here(self) -> list[str | int]:
        """Return the path of the value that is being read."""
        return [_last(node) for node in self.stack[1:]]

    def place(self, mark: YamlMark) -> Mark:
        return self.file, mark.line + 1, mark.column + 1

    def problem(self, place: Mark, path: Iterable[str | int], message: str) -> None:
        self.problems.append(Problem(*place, join(path), message))

    def fail(self, mark: YamlMark, message: str) -> NoReturn:
        self.problem(self.place(mark), (), message)
        raise InvalidCompose(self.problems)


def _last(node: _Node) -> str | int:
    return node.key if type(node.value) is Map else len(node.value)


def _shown(key: Any) -> str:
    if isinstance(key, Map | Seq):
        return "a mapping or list"
    return "null" if key is None else text_of(key)


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


def from_object(value: Mapping[str, Any], file: str) -> Map:
    """Return the tree of an application that was already parsed (from JSON); its places have line and column 0.

    Raises InvalidCompose for a key that is no string, a value that is none of JSON's, and beyond the limits of `parse`.
    """
    return _Copy(file).map(value, 1)


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
                self.fail(f"a key must be a string, and {_shown(key)} is none; write it in quotes")
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
            self.fail(f"a {type(value).__name__} is not a value of Compose")
        self.size += len(value) if isinstance(value, str) else 0
        if self.size > MAX_BYTES:
            self.fail(f"the application is larger than {MAX_BYTES} characters")
        return value

    def fail(self, message: str) -> NoReturn:
        raise InvalidCompose([Problem(*self.mark, join(self.path), message)])
