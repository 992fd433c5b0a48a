"""The graph as text that other programs draw: Mermaid, for Markdown, and DOT, for Graphviz."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from composestack.diagram.graph import TARGETS, Edge, Graph, Node, Relation, Sort

_ARROWS = {Relation.DEPENDS_ON: "-->", Relation.JOINS: "---", Relation.MOUNTS: "-.-", Relation.PUBLISHES: "-->"}
_SHAPES = {
    Sort.SERVICE: ("[", "]"),
    Sort.NETWORK: ("{{", "}}"),
    Sort.VOLUME: ("[(", ")]"),
    Sort.PORT: ("([", "])"),
}
_DOT_SHAPES = {Sort.SERVICE: "box", Sort.NETWORK: "hexagon", Sort.VOLUME: "cylinder", Sort.PORT: "oval"}
_DOT_STYLES = {
    Relation.DEPENDS_ON: "",
    Relation.JOINS: "dir=none",
    Relation.MOUNTS: "dir=none, style=dashed",
    Relation.PUBLISHES: "",
}
_ENTITIES = str.maketrans({"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "\n": " "})


def mermaid(graph: Graph) -> str:
    """Return the graph as a flowchart of Mermaid (https://mermaid.js.org/syntax/flowchart.html).

    A published port points to its service, the way a request goes.
    """
    ids = _ids(graph)
    lines = ["flowchart LR"]
    for node in graph.nodes:
        left, right = _SHAPES[node.sort]
        lines.append(f"    {ids[node.sort, node.name]}{left}{_quoted(node)}{right}")
    lines += [f"    {line}" for line in _lines(graph, ids, _mermaid_edge)]
    return "\n".join(lines) + "\n"


def dot(graph: Graph) -> str:
    """Return the graph in the language of Graphviz (https://graphviz.org/doc/info/lang.html)."""
    ids = _ids(graph)
    lines = [f"digraph {_string(graph.name)} {{", "    rankdir=LR;", '    node [fontname="sans-serif"];']
    for node in graph.nodes:
        label = "\n".join(filter(None, (node.name, node.detail)))
        lines.append(f"    {ids[node.sort, node.name]} [shape={_DOT_SHAPES[node.sort]}, label={_string(label)}];")
    lines += [f"    {line}" for line in _lines(graph, ids, _dot_edge)]
    return "\n".join([*lines, "}"]) + "\n"


Ids = Mapping[tuple[Sort, str], str]


def _ids(graph: Graph) -> Ids:
    """Return an identifier for each node: names may hold what neither language takes."""
    numbers: dict[Sort, int] = {}
    found = {}
    for node in graph.nodes:
        numbers[node.sort] = number = numbers.get(node.sort, 0) + 1
        found[node.sort, node.name] = f"{node.sort}{number}"
    return found


def _lines(graph: Graph, ids: Ids, write: Callable[[Edge, str, str], str]) -> Iterator[str]:
    for edge in graph.edges:
        source, target = ids[Sort.SERVICE, edge.source], ids[TARGETS[edge.relation], edge.target]
        ends = (target, source) if edge.relation is Relation.PUBLISHES else (source, target)
        yield write(edge, *ends)


def _mermaid_edge(edge: Edge, start: str, end: str) -> str:
    label = f'|"{edge.label.translate(_ENTITIES)}"|' if edge.label else ""
    return f"{start} {_ARROWS[edge.relation]}{label} {end}"


def _dot_edge(edge: Edge, start: str, end: str) -> str:
    attributes = ", ".join(filter(None, (_DOT_STYLES[edge.relation], edge.label and f"label={_string(edge.label)}")))
    return f"{start} -> {end}" + (f" [{attributes}];" if attributes else ";")


def _quoted(node: Node) -> str:
    detail = f"<br/><small>{node.detail.translate(_ENTITIES)}</small>" if node.detail else ""
    return f'"{node.name.translate(_ENTITIES)}{detail}"'


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
