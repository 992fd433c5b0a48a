"""The events of a YAML parser into trees: PyYAML's composer and constructor in one, with Compose's rules and limits.

No recursion, and no work beyond what the limits allow: an alias is a copy, and costs as much as all that it stands for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

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

from composestack.compose import scalars
from composestack.compose.problems import InvalidCompose, Problem, Problems
from composestack.compose.tree import COLUMN_BITS, Map, Mark, Seq, Tag, copied, join

MAX_NODES = 100_000
"""The most values in a file, counting each alias as all that it stands for (compose-go allows as many)."""
MAX_ALIASED = 2**20
"""The most characters that the aliases of a file stand for."""
MAX_DEPTH = 100
"""The deepest nesting, aliases included."""

_STANDARD = "tag:yaml.org,2002:"
_TAGS: dict[str | None, Tag] = {tag.value: tag for tag in Tag}
_UNTAGGED = {"!", Tag.RESET}  # a scalar with !override is text, as with any other tag


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


class _Sequence:
    """A list that is being read."""

    __slots__ = ("anchor", "levels", "value")

    def __init__(self, value: Seq) -> None:
        self.value = value
        self.levels = 1
        self.anchor: _Anchor | None = None

    def put(self, composer: Composer, value: Any, position: _Position, tag: Tag | None) -> None:
        if tag is not Tag.RESET:
            self.value.append(value)
            self.value.marks.append(position.line << COLUMN_BITS | position.column)

    def last(self) -> int:
        return len(self.value) - 1


class _Mapping:
    """A mapping that is being read: keys and values take turns."""

    __slots__ = ("anchor", "key", "keyed", "levels", "merges", "value")

    def __init__(self, value: Map) -> None:
        self.value = value
        self.levels = 1
        self.anchor: _Anchor | None = None
        self.key = ""  # the last one
        self.keyed = False  # whether its value is next
        self.merges = False  # whether one key is <<

    def put(self, composer: Composer, value: Any, position: _Position, tag: Tag | None) -> None:
        if self.keyed:
            self.keyed = False
            if tag is not None:
                self.value.tag(self.key, tag)
            if tag is not Tag.RESET:
                self.value[self.key] = value
            return
        marks = self.value.marks
        self.keyed = True
        self.key = value
        if type(value) is not str:
            mark = composer.mark(position)
            composer.problem(mark, composer.path(), not_a_key(value))
            self.key = str(mark)  # any that is not there yet; the document is refused
        elif value in marks:
            message = f"the key {value!r} is here a second time; the first is in line {self.value.mark(value)[1]}"
            composer.problem(composer.mark(position), (*composer.path(), value), message)
        else:
            marks[value] = position.line << COLUMN_BITS | position.column
            if value is scalars.MERGE_KEY:
                self.merges = True

    def merge(self, composer: Composer) -> None:
        """Carry out the merge key: explicit keys win, then earlier sources."""
        node = self.value
        mark = node.mark(scalars.MERGE_KEY)
        del node.marks[scalars.MERGE_KEY]
        merged = node.pop(scalars.MERGE_KEY, None)
        sources = merged if type(merged) is Seq else [merged]
        if scalars.MERGE_KEY in node.tags or not all(type(source) is Map for source in sources):
            composer.problem(mark, composer.path(), "<< takes a mapping or a list of mappings, without a tag")
            return
        for source in {id(source): source for source in sources}.values():
            for target, added in ((node, source), (node.marks, source.marks)):
                for key, value in added.items():
                    target.setdefault(key, value)
            for key, tag in source.tags.items():
                if key not in node.tags:
                    node.tag(key, tag)

    def last(self) -> str:
        return self.key


_Container = _Sequence | _Mapping


class Composer:
    """Builds the documents of one file; `problems` is what is wrong so far."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems = Problems()
        self._documents = Seq(file=file)
        self._anchors: dict[str | None, _Anchor] = {}
        self._top: _Container = _Sequence(self._documents)
        self._stack: list[_Container] = [self._top]
        self._nodes = 0
        self._aliased = 0

    def compose(self, next_event: Callable[[], Any]) -> list[Map]:
        """Return the documents; raises InvalidCompose with all that is wrong, at once where a limit is exceeded."""
        handlers: dict[type, Callable[[Any], None]] = {
            MappingStartEvent: self._mapping_start,
            MappingEndEvent: self._mapping_end,
            SequenceStartEvent: self._sequence_start,
            SequenceEndEvent: self._end,
            AliasEvent: self._alias,
            DocumentStartEvent: self._document_start,
            DocumentEndEvent: lambda _: None,
            StreamStartEvent: lambda _: None,
        }
        resolve = scalars.resolve
        while (kind := type(event := next_event())) is not StreamEndEvent:
            if kind is not ScalarEvent:
                handlers[kind](event)
            elif event.tag is None and event.anchor is None:  # nearly all events are of this kind
                value = event.value if event.style else resolve(event.value)
                self._top.put(self, value, event.start_mark, None)
            else:
                self._scalar(event)
        return self._finish()

    def _finish(self) -> list[Map]:
        for index, document in enumerate(self._documents):
            if type(document) is not Map:
                mark = self._documents.mark(index)
                self.problem(mark, (), "a Compose file must be a mapping, with services: at its top")
        self.problems.check()
        return list(self._documents)

    def _document_start(self, event: _Event) -> None:
        self._anchors = {}
        if len(self._documents) >= MAX_NODES:
            self._fail(event.start_mark, f"the file has more than {MAX_NODES} documents")

    def _scalar(self, event: _Event) -> None:
        tag = _TAGS.get(event.tag)
        value = self._tagged(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchor(value, tag, closed=True, levels=0, nodes=1, text=len(event.value))
        self._top.put(self, value, event.start_mark, tag)

    def _tagged(self, event: _Event) -> scalars.Scalar:
        if event.tag is None or event.tag in _UNTAGGED:
            return event.value if event.style else scalars.resolve(event.value)
        try:
            return scalars.construct(event.tag.replace(_STANDARD, "!!", 1), event.value)
        except ValueError as error:
            self.problem(self.mark(event.start_mark), self._here(), str(error))
            return None

    def _mapping_start(self, event: _Event) -> None:
        self._start(event, _Mapping(Map(file=self.file)))

    def _sequence_start(self, event: _Event) -> None:
        self._start(event, _Sequence(Seq(file=self.file)))

    def _start(self, event: _Event, container: _Container) -> None:
        tag = _TAGS.get(event.tag)
        self._top.put(self, container.value, event.start_mark, tag)
        self._top = container
        self._stack.append(container)
        if len(self._stack) > MAX_DEPTH + 1:
            self._fail(event.start_mark, f"the file is nested more than {MAX_DEPTH} deep")
        if event.anchor is not None:
            begin = self._aliased + event.start_mark.index
            anchor = _Anchor(container.value, tag, closed=False, levels=0, nodes=1 - self._nodes, text=-begin)
            self._anchors[event.anchor] = container.anchor = anchor

    def _mapping_end(self, event: _Event) -> None:
        mapping = self._top
        if isinstance(mapping, _Mapping) and mapping.merges:
            mapping.merge(self)
        self._end(event)

    def _end(self, event: _Event) -> None:
        container = self._stack.pop()
        self._top = top = self._stack[-1]
        self._nodes += len(container.value)
        if self._nodes + len(top.value) > MAX_NODES:
            self._fail(event.start_mark, f"the file has more than {MAX_NODES} values")
        if top.levels <= container.levels:
            top.levels = container.levels + 1
        if (anchor := container.anchor) is not None:
            anchor.closed = True
            anchor.levels = container.levels
            anchor.nodes += self._nodes
            anchor.text += self._aliased + event.end_mark.index

    def _alias(self, event: _Event) -> None:
        anchor = self._anchors.get(event.anchor)
        if anchor is None or not anchor.closed:
            reason = "is not defined before it is used" if anchor is None else "contains itself"
            self.problem(self.mark(event.start_mark), self._here(), f"the anchor {event.anchor!r} {reason}")
            self._top.put(self, None, event.start_mark, None)
            return
        self._nodes += anchor.nodes - 1
        self._aliased += anchor.text
        self._top.levels = max(self._top.levels, anchor.levels + 1)
        if self._nodes > MAX_NODES or self._aliased > MAX_ALIASED:
            limits = f"{MAX_NODES} values or {MAX_ALIASED} characters"
            self._fail(event.start_mark, f"the aliases of the file stand for more than {limits}")
        if len(self._stack) + anchor.levels > MAX_DEPTH + 1:
            self._fail(event.start_mark, f"the file is nested more than {MAX_DEPTH} deep by its aliases")
        self._top.put(self, copied(anchor.value), event.start_mark, anchor.tag)

    def path(self) -> list[str | int]:
        """Return the path of the container that is being read."""
        return [container.last() for container in self._stack[1:-1]]

    def _here(self) -> list[str | int]:
        """Return the path of the value that is to be put next."""
        last = self._top.last()
        return [*self.path(), last if isinstance(last, str) else last + 1]

    def problem(self, mark: Mark, path: Iterable[str | int], message: str) -> None:
        """Note that something is wrong."""
        self.problems.add(Problem(*mark, join(path), message))

    def mark(self, position: _Position) -> Mark:
        """Return a position as a mark."""
        return self.file, position.line + 1, position.column + 1

    def _fail(self, position: _Position, message: str) -> NoReturn:
        raise InvalidCompose([*self.problems, Problem(*self.mark(position), "", message)])


def not_a_key(key: Any) -> str:
    """Say that a key is no string."""
    shown = "a mapping or list" if isinstance(key, Map | Seq) else "null" if key is None else scalars.text(key)
    return f"a key must be a string, and {shown} is none; write it in quotes"
