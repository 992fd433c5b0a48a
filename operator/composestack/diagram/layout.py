"""Where the boxes of a picture are, and how its lines go: columns from left to right, ports first, volumes last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from composestack.diagram.graph import TARGETS, Edge, Graph, Node, Relation, Sort

WIDTH = 190
HEIGHT = 56
GAP_X = 110
GAP_Y = 26
MARGIN = 28
LANE = 8
"""What a line takes of a column that it goes through."""


@dataclass(frozen=True, slots=True)
class Box:
    """A node with its place: the left upper corner, in pixels."""

    node: Node
    x: int
    y: int

    @property
    def middle(self) -> int:
        """The height at which lines meet the box."""
        return self.y + HEIGHT // 2


class Lane(NamedTuple):
    """Where a line goes through a column, between the boxes: from `x` straight to the other side of the column."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Layout:
    """All boxes, the lanes of lines that span several columns, and how large the picture is."""

    boxes: tuple[Box, ...]
    lanes: Mapping[Edge, tuple[Lane, ...]]
    width: int
    height: int

    def find(self, sort: Sort, name: str) -> Box:
        """Return the box of a node."""
        return next(box for box in self.boxes if box.node.sort is sort and box.node.name == name)


class _Passage(NamedTuple):
    """An edge in a column that it goes through."""

    edge: Edge
    column: int


_Item = Node | _Passage


def layout(graph: Graph) -> Layout:
    """Place the nodes. What a service depends on stands right of it; networks are no boxes, see svg.py."""
    nodes = [graph.of(Sort.PORT), *_ranks(graph), graph.of(Sort.VOLUME)]
    columns, lefts = _linked([column for column in nodes if column], graph)
    tallest = max(map(_height, columns), default=0)
    middles: dict[_Item, int] = {}
    for column in columns:
        top = MARGIN + (tallest - _height(column)) // 2
        for item in sorted(column, key=lambda item: _wish(item, lefts.get(item, ()), middles)):
            middles[item] = top + _size(item) // 2
            top += _size(item) + GAP_Y
    places = {item: MARGIN + index * (WIDTH + GAP_X) for index, column in enumerate(columns) for item in column}
    lanes: dict[Edge, tuple[Lane, ...]] = defaultdict(tuple)
    for item, x in places.items():
        if isinstance(item, _Passage):
            lanes[item.edge] += (Lane(x, middles[item]),)
    boxes = (Box(item, x, middles[item] - HEIGHT // 2) for item, x in places.items() if isinstance(item, Node))
    width = 2 * MARGIN + len(columns) * WIDTH + max(len(columns) - 1, 0) * GAP_X
    return Layout(tuple(boxes), lanes, width, 2 * MARGIN + tallest)


def _ranks(graph: Graph) -> list[tuple[Node, ...]]:
    """Return the services in columns: the longest way that leads to a service is its column."""
    above: dict[str, list[str]] = {node.name: [] for node in graph.of(Sort.SERVICE)}
    for edge in graph.related(Relation.DEPENDS_ON):
        above[edge.target].append(edge.source)
    ranks: dict[str, int] = {}
    # The loader refuses cycles, so each round settles a service at least.
    while len(ranks) < len(above):
        ready = [name for name in above if name not in ranks and all(source in ranks for source in above[name])]
        for name in ready:
            ranks[name] = max((ranks[source] + 1 for source in above[name]), default=0)
    columns = range(max(ranks.values(), default=-1) + 1)
    return [tuple(node for node in graph.of(Sort.SERVICE) if ranks[node.name] == column) for column in columns]


def _linked(
    nodes: Sequence[Sequence[Node]], graph: Graph
) -> tuple[Sequence[Sequence[_Item]], Mapping[_Item, Sequence[_Item]]]:
    """Return the columns with the passages of all edges, and what each item is linked with in the column before it."""
    ends = {(node.sort, node.name): (index, node) for index, column in enumerate(nodes) for node in column}
    columns: list[list[_Item]] = [list(column) for column in nodes]
    lefts: dict[_Item, list[_Item]] = defaultdict(list)
    for edge in graph.edges:
        if edge.relation is Relation.JOINS:
            continue
        source, target = ends[Sort.SERVICE, edge.source], ends[TARGETS[edge.relation], edge.target]
        (start, left), (end, right) = sorted((source, target))
        passages = [_Passage(edge, column) for column in range(start + 1, end)]
        for passage in passages:
            columns[passage.column].append(passage)
        chain: list[_Item] = [left, *passages, right]
        for before, after in pairwise(chain):
            lefts[after].append(before)
    return columns, lefts


def _wish(item: _Item, lefts: Sequence[_Item], middles: Mapping[_Item, int]) -> tuple[float, str]:
    """Return where an item would like to be: near what it is linked with to the left, so that fewer lines cross."""
    heights = [middles[left] for left in lefts]
    name = item.name if isinstance(item, Node) else item.edge.target
    return (sum(heights) / len(heights) if heights else float("inf"), name)


def _size(item: _Item) -> int:
    return HEIGHT if isinstance(item, Node) else LANE


def _height(column: Sequence[_Item]) -> int:
    return sum(map(_size, column)) + GAP_Y * max(len(column) - 1, 0)
