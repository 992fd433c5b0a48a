from __future__ import annotations

from composestack.diagram.graph import Edge, Graph, Node, Relation, Sort
from composestack.diagram.text import dot, mermaid

GRAPH = Graph(
    "shop",
    (
        Node(Sort.PORT, "8080"),
        Node(Sort.SERVICE, 'a "b"', "nginx:<1>"),
        Node(Sort.SERVICE, "db"),
        Node(Sort.VOLUME, "data"),
    ),
    (
        Edge(Relation.DEPENDS_ON, 'a "b"', "db", "healthy"),
        Edge(Relation.MOUNTS, "db", "data", "/data"),
        Edge(Relation.PUBLISHES, 'a "b"', "8080", "80"),
    ),
)


def test_mermaid_escapes_names_and_points_ports_at_services() -> None:
    assert mermaid(GRAPH) == (
        "flowchart LR\n"
        '    port1(["8080"])\n'
        '    service1["a #quot;b#quot;<br/><small>nginx:#lt;1#gt;</small>"]\n'
        '    service2["db"]\n'
        '    volume1[("data")]\n'
        '    service1 -->|"healthy"| service2\n'
        '    service2 -.-|"/data"| volume1\n'
        '    port1 -->|"80"| service1\n'
    )


def test_dot_escapes_names() -> None:
    lines = dot(GRAPH).splitlines()

    assert lines[0] == 'digraph "shop" {'
    assert r'    service1 [shape=box, label="a \"b\"\nnginx:<1>"];' in lines
    assert '    service2 -> volume1 [dir=none, style=dashed, label="/data"];' in lines
    assert '    port1 -> service1 [label="80"];' in lines
