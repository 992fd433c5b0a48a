"""Where the boxes of a picture are: columns from left to right, ports first, volumes last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from composestack.diagram.graph import Graph, Node, Relation, Sort

WIDTH = 190
HEIGHT = 56
GAP_X = 110
GAP_Y = 26
MARGIN = 28


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


@dataclass(frozen=True, slots=True)
class Layout:
    """All boxes, and how large the picture is."""

    boxes: tuple[Box, ...]
    width: int
    height: int

    def find(self, sort: Sort, name: str) -> Box:
        """Return the box of a node."""
        return next(box for box in self.boxes if box.node.sort is sort and box.node.name == name)


def layout(graph: Graph) -> Layout:
    """Place the nodes. What a service depends on stands right of it; networks are no boxes, see svg.py."""
    columns = [graph.of(Sort.PORT), *_ranks(graph), graph.of(Sort.VOLUME)]
    columns = [_near_neighbours(column, graph, done) for done, column in _with_earlier([c for c in columns if c])]
    tallest = max((len(column) for column in columns), default=0)
    boxes = []
    for index, column in enumerate(columns):
        top = MARGIN + (tallest - len(column)) * (HEIGHT + GAP_Y) // 2
        boxes += [
            Box(node, MARGIN + index * (WIDTH + GAP_X), top + row * (HEIGHT + GAP_Y)) for row, node in enumerate(column)
        ]
    width = 2 * MARGIN + len(columns) * WIDTH + max(len(columns) - 1, 0) * GAP_X
    return Layout(tuple(boxes), width, 2 * MARGIN + tallest * (HEIGHT + GAP_Y) - (GAP_Y if tallest else 0))


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


def _with_earlier(columns: Sequence[tuple[Node, ...]]) -> list[tuple[list[Node], tuple[Node, ...]]]:
    return [([node for before in columns[:index] for node in before], column) for index, column in enumerate(columns)]


def _near_neighbours(column: tuple[Node, ...], graph: Graph, earlier: Sequence[Node]) -> tuple[Node, ...]:
    """Sort a column by where its neighbours to the left are, so that fewer lines cross."""
    order: Mapping[str, int] = {node.name: index for index, node in enumerate(earlier)}

    def height(node: Node) -> tuple[float, str]:
        ends = [(edge.source, edge.target) for edge in graph.edges if node.name in {edge.source, edge.target}]
        heights = [order[other] for pair in ends for other in pair if other != node.name and other in order]
        return (sum(heights) / len(heights) if heights else float("inf"), node.name)

    return tuple(sorted(column, key=height))
