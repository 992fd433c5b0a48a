from __future__ import annotations

from composestack.compose.load import load
from composestack.compose.source import ComposeSource, ProjectFiles
from composestack.diagram.graph import Edge, Graph, Node, Relation, Sort, graph


def graph_of(text: str, **images: str) -> Graph:
    return graph(load(ComposeSource(ProjectFiles({}), text, name="shop"), {}).project, images)


def test_everything_that_services_relate_to_is_there() -> None:
    found = graph_of(
        """
        services:
          web:
            build: .
            ports: ["8080:80", "53:53/udp", "9000"]
            networks: [front]
            depends_on: {db: {condition: service_healthy}}
          db:
            image: postgres
            networks: [front]
            volumes: ["data:/data", "./conf:/conf"]
            healthcheck: {test: ls}
        networks: {front: {}}
        volumes: {data: {}}
        """,
        db="postgres:18",
    )

    assert found.nodes == (
        Node(Sort.NETWORK, "front"),
        Node(Sort.PORT, "53/udp"),
        Node(Sort.PORT, "8080"),
        Node(Sort.SERVICE, "db", "postgres:18"),
        Node(Sort.SERVICE, "web", "built from source"),
        Node(Sort.VOLUME, "data"),
    )
    assert found.edges == (
        Edge(Relation.DEPENDS_ON, "web", "db", "healthy"),
        Edge(Relation.JOINS, "db", "front"),
        Edge(Relation.JOINS, "web", "front"),
        Edge(Relation.MOUNTS, "db", "data", "/data"),
        Edge(Relation.PUBLISHES, "web", "53/udp", "53/udp"),
        Edge(Relation.PUBLISHES, "web", "8080", "80"),
    )


def test_the_default_network_alone_says_nothing() -> None:
    assert graph_of("services: {a: {image: a}, b: {image: b}}").edges == ()
