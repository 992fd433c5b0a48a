"""The graph as a picture (SVG 1.1), and as a page that holds it. Needs no program and no network to be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from itertools import pairwise

from composestack.diagram.graph import TARGETS, Edge, Graph, Node, Relation, Sort
from composestack.diagram.layout import GAP_X, HEIGHT, WIDTH, Box, Layout, layout

_LONGEST = 30
_NATURAL = 21
"""Characters of a name that fit in a box; longer ones are set closer, and cut beyond the longest."""
_DETAIL_LONGEST = 28
_LABEL_LONGEST = 16
_CHIP = 8
_HUES = (210, 150, 30, 280, 350, 90, 180, 60)
"""The colours of networks, as degrees on the colour wheel."""

STYLE = """\
:root { color-scheme: light dark; --ink: #1c2530; --soft: #5b6775; --line: #93a0ae; --paper: #fff; --box: #f4f7fa; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8edf2; --soft: #a6b2be; --line: #6d7a88; --paper: #12181f; --box: #1d2630; }
}
svg { font: 14px system-ui, sans-serif; fill: var(--ink); background: var(--paper); }
svg .box { fill: var(--box); stroke: var(--line); }
svg .volume { fill: var(--paper); stroke-dasharray: 4 3; }
svg .port { fill: var(--paper); }
svg .name { font-weight: 600; }
svg .detail, svg .label { font-size: 11px; fill: var(--soft); }
svg .label { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
svg .line { fill: none; stroke: var(--line); stroke-width: 1.5; }
svg .mounts { stroke-dasharray: 5 4; }
svg .head { fill: var(--line); }
"""
_PAGE = """\
body { margin: 2rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.4rem; margin: 0 0 1rem; }
figure { margin: 0; }
figure svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; margin-top: 1.5rem; font-size: .9rem; }
th, td { text-align: left; padding: .35rem 1rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.dot { display: inline-block; width: .7rem; height: .7rem; border-radius: 50%; margin-right: .4rem; }
"""


def svg(graph: Graph) -> str:
    """Return the picture of a graph."""
    placed = layout(graph)
    colours = _colours(graph)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {placed.width} {placed.height}" '
        f'width="{placed.width}" height="{placed.height}" role="img" aria-label="{escape(graph.name)}">',
        f"<style>{STYLE}</style>",
        '<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path class="head" d="M0 0 8 4 0 8z"/></marker></defs>',
        *(line for edge in graph.edges for line in _line(edge, placed)),
        *(part for box in placed.boxes for part in _box(box, graph, colours)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def page(graph: Graph) -> str:
    """Return an HTML page with the picture, and what it shows as a table."""
    title = escape(graph.name)
    return (
        "\n".join(
            [
                "<!doctype html>",
                f'<html lang="en"><head><meta charset="utf-8"><title>{title}</title>',
                '<meta name="viewport" content="width=device-width, initial-scale=1">',
                f"<style>{STYLE}{_PAGE}</style></head>",
                f"<body><h1>{title}</h1>",
                f"<figure>{svg(graph)}</figure>",
                *_table(graph, _colours(graph)),
                "</body></html>",
            ]
        )
        + "\n"
    )


def _colours(graph: Graph) -> Mapping[str, str]:
    networks = graph.of(Sort.NETWORK)
    return {node.name: f"hsl({_HUES[i % len(_HUES)]} 65% 50%)" for i, node in enumerate(networks)}


def _line(edge: Edge, placed: Layout) -> Iterator[str]:
    if edge.relation is Relation.JOINS:
        return
    source, target = placed.find(Sort.SERVICE, edge.source), placed.find(TARGETS[edge.relation], edge.target)
    start, end = (target, source) if edge.relation is Relation.PUBLISHES else (source, target)
    points = [(start.x + WIDTH, start.middle)]
    for lane in placed.lanes.get(edge, ()):
        points += [(lane.x, lane.y), (lane.x + WIDTH, lane.y)]
    points.append((end.x, end.middle))
    way = f"M{points[0][0]} {points[0][1]}"
    for index, (here, there) in enumerate(pairwise(points)):
        way += f" H{there[0]}" if index % 2 else _curve(here, there)
    arrow = "" if edge.relation is Relation.MOUNTS else ' marker-end="url(#head)"'
    yield f'<path class="line {edge.relation.name.lower()}" d="{way}"{arrow}/>'
    if edge.label:
        x, y = end.x - GAP_X // 2, (points[-2][1] + end.middle) // 2 - 5
        yield f'<text class="label" x="{x}" y="{y}" text-anchor="middle">{_end(edge.label, _LABEL_LONGEST)}</text>'


def _curve(here: tuple[int, int], there: tuple[int, int]) -> str:
    """Return the way from one column to the next."""
    (x1, y1), (x2, y2) = here, there
    return f" C{x1 + GAP_X // 2} {y1} {x2 - GAP_X // 2} {y2} {x2} {y2}"


def _box(box: Box, graph: Graph, colours: Mapping[str, str]) -> Iterator[str]:
    node = box.node
    radius = HEIGHT // 2 if node.sort is Sort.PORT else 8
    yield f"<g><title>{escape(_title(node))}</title>"
    yield (f'<rect class="box {node.sort}" x="{box.x}" y="{box.y}" width="{WIDTH}" height="{HEIGHT}" rx="{radius}"/>')
    middle = box.x + WIDTH // 2
    name_y = box.middle + 5 if not node.detail else box.middle - 4
    close = f' textLength="{WIDTH - 16}" lengthAdjust="spacingAndGlyphs"' if len(node.name) > _NATURAL else ""
    name = _short(node.name, _LONGEST)
    yield f'<text class="name" x="{middle}" y="{name_y}" text-anchor="middle"{close}>{name}</text>'
    if node.detail:
        detail = _short(node.detail, _DETAIL_LONGEST)
        yield f'<text class="detail" x="{middle}" y="{box.middle + 14}" text-anchor="middle">{detail}</text>'
    if node.sort is Sort.SERVICE:
        joined = [edge.target for edge in graph.related(Relation.JOINS) if edge.source == node.name]
        for index, network in enumerate(joined):
            x, y = box.x + 12 + index * (_CHIP + 4), box.y
            yield f'<circle cx="{x}" cy="{y}" r="{_CHIP / 2}" fill="{colours[network]}"><title>{escape(network)}'
            yield "</title></circle>"
    yield "</g>"


def _table(graph: Graph, colours: Mapping[str, str]) -> Iterator[str]:
    yield "<table><thead><tr><th>Service</th><th>Image</th>"
    relations = [relation for relation in Relation if graph.related(relation)]
    yield "".join(f"<th>{str(relation).capitalize()}</th>" for relation in relations) + "</tr></thead><tbody>"
    for node in graph.of(Sort.SERVICE):
        yield f"<tr><td>{escape(node.name)}</td><td>{escape(node.detail)}</td>"
        for relation in relations:
            edges = [edge for edge in graph.related(relation) if edge.source == node.name]
            yield f"<td>{'<br>'.join(_cell(edge, colours) for edge in edges)}</td>"
        yield "</tr>"
    yield "</tbody></table>"


def _cell(edge: Edge, colours: Mapping[str, str]) -> str:
    dot = f'<span class="dot" style="background:{colours[edge.target]}"></span>' if edge.target in colours else ""
    return dot + escape(f"{edge.target} ({edge.label})" if edge.label else edge.target)


def _title(node: Node) -> str:
    return f"{node.name}: {node.detail}" if node.detail else f"{node.sort} {node.name}"


def _end(text: str, longest: int) -> str:
    """Return the end of a text: that of a path says most."""
    return escape(text if len(text) <= longest else f"…{text[1 - longest :]}")


def _short(text: str, longest: int) -> str:
    return escape(text if len(text) <= longest else f"{text[: longest - 1]}…")
