"""The events of a YAML parser into trees: PyYAML's composer and constructor in one, with Compose's rules and limits.

The recursion is as deep as the document. No work is done beyond what the limits allow: an alias is a copy, and costs as
much as all that it stands for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn, Protocol

from yaml.events import (
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

from composestack.compose import scalars
from composestack.compose.problems import InvalidCompose, Problem, Problems
from composestack.compose.tree import COLUMNS, Map, Seq, Tag, copied, join

MAX_NODES = 100_000
"""The most values in a file, counting each alias as all that it stands for (compose-go allows as many)."""
MAX_ALIASED = 2**20
"""The most characters that the aliases of a file stand for."""
MAX_DEPTH = 100
"""The deepest nesting, aliases included."""

_STANDARD = "tag:yaml.org,2002:"
_TAGS: dict[str | None, Tag] = {tag.value: tag for tag in Tag}
_AROUND_DOCUMENTS = {StreamStartEvent, DocumentEndEvent}


class _Position(Protocol):
    """A place in the text; lines and columns count from 0."""

    index: int
    line: int
    column: int


class _Event(Protocol):
    """What the parser's events have, as far as each kind has it (PyYAML's own types allow None for positions)."""

    anchor: str | None
    tag: str | None
    value: str
    style: str
    start_mark: _Position
    end_mark: _Position


@dataclass(slots=True)
class _Anchor:
    """What an alias stands for; the numbers include its own aliases, as all that they stand for."""

    value: Any
    tag: Tag | None
    closed: bool
    levels: int  # of containers, one in the other
    nodes: int
    text: int  # characters


class Composer:
    """Builds the documents of one file; `problems` is what is wrong so far."""

    def __init__(self, file: str, next_event: Callable[[], Any]) -> None:
        self.problems = Problems()
        self._file = file
        self._next_event = next_event
        self._resolve = cache(scalars.resolve)  # the same words come again and again, above all as keys
        self._anchors: dict[str | None, _Anchor] = {}
        self._path: list[str | int] = []  # of the value that is being read, from its document on
        self._deepest = 0  # of the paths in the container that is being read, aliases included
        self._nodes = 0  # in all containers that have been read
        self._aliased = 0

    def compose(self) -> list[Map]:
        """Return the documents; raises InvalidCompose with all that is wrong, at once where a limit is exceeded."""
        documents, positions = Seq(), []
        while (kind := type(event := self._next_event())) is not StreamEndEvent:
            if kind is DocumentStartEvent:
                self._anchors = {}
                if len(documents) >= MAX_NODES:
                    self._fail(event.start_mark, f"the file has more than {MAX_NODES} documents")
            elif kind not in _AROUND_DOCUMENTS:
                document, tag = self._value(event, documents, len(documents))
                if tag is not Tag.RESET:
                    documents.append(document)
                    positions.append(event.start_mark)
        for document, position in zip(documents, positions, strict=True):
            if type(document) is not Map:
                self._problem(position, (), "a Compose file must be a mapping, with services: at its top")
        self.problems.check()
        return list(documents)

    def _map(self, node: Map) -> Any:
        """Read keys and values into a mapping. Return the event that ends it."""
        next_event, resolve, marks = self._next_event, self._resolve, node.marks
        merge_key = scalars.MERGE_KEY
        key, merges = "", False
        while (kind := type(event := next_event())) is not MappingEndEvent:
            if kind is ScalarEvent and event.tag is None and event.anchor is None:  # nearly all keys, and most values
                name = event.value if event.style else resolve(event.value)
            else:
                name, _ = self._value(event, node, key)
            if type(name) is str and name not in marks:
                key = name
                position = event.start_mark
                marks[key] = position.line * COLUMNS + position.column
                if key is merge_key:
                    merges = True
            else:
                key = self._refused(name, node, event.start_mark)
            event = next_event()
            if type(event) is ScalarEvent and event.tag is None and event.anchor is None:
                node[key] = event.value if event.style else resolve(event.value)
                continue
            value, tag = self._value(event, node, key)
            if tag is not None:
                node.tag(key, tag)
            if tag is not Tag.RESET:
                node[key] = value
        if merges:
            self._merge(node)
        return event

    def _refused(self, key: Any, node: Map, position: _Position) -> str:
        """Note what is wrong with a key; return one to go on with."""
        if type(key) is str:
            message = f"the key {key!r} is here a second time; the first is in line {node.mark(key)[1]}"
            self._problem(position, (*self._path, key), message)
            return key
        self._problem(position, self._path, not_a_key(key))
        return str(position)  # any that is not there yet; the document is refused

    def _merge(self, node: Map) -> None:
        """Carry out the merge key: explicit keys win, then earlier sources."""
        mark = node.mark(scalars.MERGE_KEY)
        del node.marks[scalars.MERGE_KEY]
        merged = node.pop(scalars.MERGE_KEY, None)
        sources = merged if type(merged) is Seq else [merged]
        if scalars.MERGE_KEY in node.tags or not all(type(source) is Map for source in sources):
            message = "<< takes a mapping or a list of mappings, without a tag"
            self.problems.add(Problem(*mark, join(self._path[1:]), message))
            return
        for source in {id(source): source for source in sources}.values():
            for target, added in ((node, source), (node.marks, source.marks)):
                for key, value in added.items():
                    target.setdefault(key, value)
            for key, tag in source.tags.items():
                if key not in node.tags:
                    node.tag(key, tag)

    def _seq(self, node: Seq) -> Any:
        """Read items into a list. Return the event that ends it."""
        next_event, resolve, marks = self._next_event, self._resolve, node.marks
        value: Any
        while (kind := type(event := next_event())) is not SequenceEndEvent:
            if kind is ScalarEvent and event.tag is None and event.anchor is None:
                value = event.value if event.style else resolve(event.value)
            else:
                value, tag = self._value(event, node, len(node))
                if tag is Tag.RESET:
                    continue
            position = event.start_mark
            node.append(value)
            marks.append(position.line * COLUMNS + position.column)
        return event

    def _value(self, event: Any, parent: Map | Seq, part: str | int) -> tuple[Any, Tag | None]:
        """Read the value at `part` of a container, which begins with an event. Return it with its tag of Compose."""
        self._path.append(part)
        kind = type(event)
        result: tuple[Any, Tag | None]
        if kind is MappingStartEvent:
            result = self._container(event, Map((), None, self._file), self._map, parent)
        elif kind is SequenceStartEvent:
            result = self._container(event, Seq((), None, self._file), self._seq, parent)
        elif kind is ScalarEvent:
            result = self._scalar(event)
        else:
            result = self._alias(event)
        self._path.pop()
        return result

    def _scalar(self, event: _Event) -> tuple[scalars.Scalar, Tag | None]:
        tag = _TAGS.get(event.tag)
        value: scalars.Scalar = None
        if event.tag is None or tag is Tag.RESET:  # with any other tag it is text, with ! alone, too
            value = event.value if event.style else scalars.resolve(event.value)
        else:
            try:
                value = scalars.construct(event.tag.replace(_STANDARD, "!!", 1), event.value)
            except ValueError as error:
                self._problem(event.start_mark, self._path, str(error))
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchor(value, tag, closed=True, levels=0, nodes=1, text=len(event.value))
        return value, tag

    def _container(self, event: _Event, node: Any, read: Callable[[Any], _Event], parent: Map | Seq) -> Any:
        """Fill a container; `read` reads what is in it."""
        depth = len(self._path)
        self._deepest = max(self._deepest, depth)
        if depth > MAX_DEPTH:
            self._fail(event.start_mark, f"the file is nested more than {MAX_DEPTH} deep")
        tag = None if event.tag is None else _TAGS.get(event.tag)
        end = read(node) if event.anchor is None else self._anchored(event, node, read, tag)
        self._nodes += len(node)
        if self._nodes + len(parent) >= MAX_NODES:
            self._fail(end.start_mark, f"the file has more than {MAX_NODES} values")
        return node, tag

    def _anchored(self, event: _Event, node: Any, read: Callable[[Any], _Event], tag: Tag | None) -> _Event:
        """Fill a container that has an anchor, and note what an alias of it stands for."""
        depth, outside = len(self._path), self._deepest
        nodes, text = self._nodes, self._aliased + event.start_mark.index
        anchor = self._anchors[event.anchor] = _Anchor(node, tag, closed=False, levels=0, nodes=0, text=0)
        self._deepest = depth
        end = read(node)
        anchor.closed = True
        anchor.levels = self._deepest - depth + 1
        anchor.nodes = self._nodes + len(node) + 1 - nodes
        anchor.text = self._aliased + end.end_mark.index - text
        self._deepest = max(self._deepest, outside)
        return end

    def _alias(self, event: _Event) -> tuple[Any, Tag | None]:
        anchor = self._anchors.get(event.anchor)
        if anchor is None or not anchor.closed:
            reason = "is not defined before it is used" if anchor is None else "contains itself"
            self._problem(event.start_mark, self._path, f"the anchor {event.anchor!r} {reason}")
            return None, None
        self._nodes += anchor.nodes - 1
        self._aliased += anchor.text
        depth = len(self._path) - 1 + anchor.levels
        self._deepest = max(self._deepest, depth)
        if self._nodes > MAX_NODES or self._aliased > MAX_ALIASED:
            limits = f"{MAX_NODES} values or {MAX_ALIASED} characters"
            self._fail(event.start_mark, f"the aliases of the file stand for more than {limits}")
        if depth > MAX_DEPTH:
            self._fail(event.start_mark, f"the file is nested more than {MAX_DEPTH} deep by its aliases")
        return copied(anchor.value), anchor.tag

    def _problem(self, position: _Position, path: Sequence[str | int], message: str) -> None:
        """Note that something is wrong. The path begins with the number of the document."""
        self.problems.add(self._at(position, join(path[1:]), message))

    def _fail(self, position: _Position, message: str) -> NoReturn:
        raise InvalidCompose([*self.problems, self._at(position, "", message)])

    def _at(self, position: _Position, path: str, message: str) -> Problem:
        return Problem(self._file, position.line + 1, position.column + 1, path, message)


def not_a_key(key: Any) -> str:
    """Say that a key is no string."""
    shown = "a mapping or list" if isinstance(key, Map | Seq) else "null" if key is None else scalars.text(key)
    return f"a key must be a string, and {shown} is none; write it in quotes"
