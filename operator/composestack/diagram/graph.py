"""The graph of a project: nodes and edges, without a word on how they look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from composestack.compose.model import Project, Service


class Sort(StrEnum):
    """What a node stands for."""

    SERVICE = "service"
    NETWORK = "network"
    VOLUME = "volume"
    PORT = "port"


class Relation(StrEnum):
    """What an edge says; each reads from its source to its target."""

    DEPENDS_ON = "depends on"
    JOINS = "joins"
    MOUNTS = "mounts"
    PUBLISHES = "publishes"


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """One element. `name` is unique within its sort; `detail` is a second line, such as an image."""

    sort: Sort
    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """Relates the service `source` to another element. `label` says more, such as where a volume is mounted."""

    relation: Relation
    source: str
    target: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes and edges of one project, sorted. `name` is the project's."""

    name: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def of(self, sort: Sort) -> tuple[Node, ...]:
        """Return the nodes of one sort."""
        return tuple(node for node in self.nodes if node.sort is sort)

    def related(self, relation: Relation) -> tuple[Edge, ...]:
        """Return the edges of one relation."""
        return tuple(edge for edge in self.edges if edge.relation is relation)


TARGETS: Mapping[Relation, Sort] = {
    Relation.DEPENDS_ON: Sort.SERVICE,
    Relation.JOINS: Sort.NETWORK,
    Relation.MOUNTS: Sort.VOLUME,
    Relation.PUBLISHES: Sort.PORT,
}
"""What the target of each relation is."""


def graph(project: Project, images: Mapping[str, str]) -> Graph:
    """Return the graph of a loaded project. `images` go before what Compose says, as `spec.images` does.

    A network is drawn if it says something: the default network of a project without others joins everything.
    """
    services = [Node(Sort.SERVICE, name, _image(service, images)) for name, service in project.services.items()]
    edges = [edge for service in project.services.values() for edge in _edges(service, project)]
    if {edge.target for edge in edges if edge.relation is Relation.JOINS} == {"default"}:
        edges = [edge for edge in edges if edge.relation is not Relation.JOINS]
    others = {Node(TARGETS[edge.relation], edge.target) for edge in edges if edge.relation is not Relation.DEPENDS_ON}
    return Graph(project.name, tuple(sorted({*services, *others})), tuple(sorted(set(edges))))


def _image(service: Service, images: Mapping[str, str]) -> str:
    return images.get(service.name) or service.image or ("built from source" if service.build else "")


def _edges(service: Service, project: Project) -> Iterator[Edge]:
    for name, dependency in service.depends_on.items():
        if name in project.services:
            words = dependency.condition.removeprefix("service_").removesuffix("_successfully")
            yield Edge(Relation.DEPENDS_ON, service.name, name, "" if words == "started" else words)
    for key in service.networks:
        yield Edge(Relation.JOINS, service.name, key)
    for mount in service.volumes:
        if mount.type == "volume" and mount.source:
            yield Edge(Relation.MOUNTS, service.name, mount.source, mount.target or "")
    for port in service.ports:
        if port.published:
            suffix = "" if port.protocol == "tcp" else f"/{port.protocol}"
            yield Edge(Relation.PUBLISHES, service.name, f"{port.published}{suffix}", f"{port.target}{suffix}")
