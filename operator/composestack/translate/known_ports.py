"""The ports at which a service answers, as far as anybody said: the ports of its Service.

Compose lets peers reach any port of a container; a ClusterIP only serves the ports that it declares.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from composestack.compose.model import Service

IMAGE_PORTS: Mapping[str, tuple[int, ...]] = {
    "adminer": (8080,),
    "cassandra": (9042,),
    "chromadb/chroma": (8000,),
    "clickhouse": (8123, 9000),
    "clickhouse/clickhouse-server": (8123, 9000),
    "cockroachdb/cockroach": (8080, 26257),
    "confluentinc/cp-kafka": (9092,),
    "confluentinc/cp-schema-registry": (8081,),
    "confluentinc/cp-zookeeper": (2181,),
    "consul": (8300, 8301, 8500, 8600),
    "couchdb": (5984,),
    "docker.elastic.co/elasticsearch/elasticsearch": (9200, 9300),
    "docker.elastic.co/kibana/kibana": (5601,),
    "elasticsearch": (9200, 9300),
    "ghost": (2368,),
    "grafana/grafana": (3000,),
    "grafana/loki": (3100,),
    "hashicorp/vault": (8200,),
    "httpd": (80,),
    "influxdb": (8086,),
    "jaegertracing/all-in-one": (4317, 4318, 14268, 16686),
    "kibana": (5601,),
    "mailhog/mailhog": (1025, 8025),
    "mariadb": (3306,),
    "mcr.microsoft.com/mssql/server": (1433,),
    "memcached": (11211,),
    "minio/minio": (9000,),
    "mongo": (27017,),
    "mysql": (3306,),
    "nats": (4222, 6222, 8222),
    "neo4j": (7474, 7687),
    "nginx": (80,),
    "nginxinc/nginx-unprivileged": (8080,),
    "opensearchproject/opensearch": (9200, 9300),
    "percona": (3306,),
    "pgvector/pgvector": (5432,),
    "phpmyadmin": (80,),
    "phpmyadmin/phpmyadmin": (80,),
    "postgis/postgis": (5432,),
    "postgres": (5432,),
    "prom/prometheus": (9090,),
    "qdrant/qdrant": (6333, 6334),
    "quay.io/keycloak/keycloak": (8080,),
    "rabbitmq": (5672, 15672),
    "redis": (6379,),
    "redis/redis-stack": (6379, 8001),
    "redis/redis-stack-server": (6379,),
    "registry": (5000,),
    "timescale/timescaledb": (5432,),
    "typesense/typesense": (8108,),
    "valkey/valkey": (6379,),
    "wordpress": (80,),
    "zookeeper": (2181,),
}
"""Where popular images listen by default (their documentation), by repository without `docker.io/library/`."""

APP_PROTOCOLS = {"h2c": "kubernetes.io/h2c", "ws": "kubernetes.io/ws", "wss": "kubernetes.io/wss"}
"""Protocols that Kubernetes names itself (Kubernetes documentation, "Service", "Application protocol")."""

_EXPOSE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?(?:/(tcp|udp|sctp))?", re.IGNORECASE)
_HUB = re.compile(r"(?:(?:index\.|registry-1\.)?docker\.io/)?(?:library/)?(.*)")


class KnownPort(NamedTuple):
    """A port of a service: `protocol` is TCP, UDP or SCTP; `name` is at most 15 characters."""

    number: int
    protocol: str
    name: str
    app_protocol: str | None = None


def known_ports(service: Service, image: str, addressed: Iterable[int]) -> tuple[KnownPort, ...]:
    """Return the known ports, sorted: those of `ports` and `expose`, of addresses in the stack, and of the image."""
    written = [key for entry in service.expose for key in exposed(entry) or ()]
    ports = {(number, protocol): _port(number, protocol) for number, protocol in written}
    for number in (*addressed, *image_ports(image)):
        ports.setdefault((number, "TCP"), _port(number, "TCP"))
    for port in service.ports:
        key = (port.target, port.protocol.upper())
        if key not in ports or port.name or port.app_protocol:
            ports[key] = _port(*key, port.name, port.app_protocol)
    return _with_unique_names(sorted(ports.values()))


def united(ports: tuple[KnownPort, ...], *others: Iterable[KnownPort]) -> tuple[KnownPort, ...]:
    """Return ports with others, each once, sorted; the first ones keep their names."""
    if not others:
        return ports
    known = {(port.number, port.protocol): port for port in chain(*reversed(others), ports)}
    return _with_unique_names(sorted(known.values()))


def image_ports(image: str) -> tuple[int, ...]:
    """Return the ports for which an image is known, whatever its tag."""
    return IMAGE_PORTS.get(repository(image), ())


@lru_cache(maxsize=4096)
def repository(image: str) -> str:
    """Return the repository of an image, without what Docker fills in (`docker.io/library/`)."""
    name = re.sub(r"(?:@.*|:[^/]*)$", "", image)
    match = _HUB.fullmatch(name)
    return match[1] if match else name


def exposed(entry: str) -> list[tuple[int, str]] | None:
    """Return number and protocol of each port of an entry of `expose`, or None if it is no port and no range."""
    match = _EXPOSE.fullmatch(entry)
    if match is None:
        return None
    first, last = int(match[1]), int(match[2] or match[1])
    if not 0 < first <= last < 65536:
        return None
    return [(number, (match[3] or "tcp").upper()) for number in range(first, last + 1)]


def _port(number: int, protocol: str, name: str | None = None, app_protocol: str | None = None) -> KnownPort:
    label = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:15].rstrip("-") if name else ""
    usable = label if label and re.search("[a-z]", label) else f"{number}-{protocol.lower()}"
    return KnownPort(number, protocol, usable, APP_PROTOCOLS.get(app_protocol or "", app_protocol))


def _with_unique_names(ports: Iterable[KnownPort]) -> tuple[KnownPort, ...]:
    """Port names are unique within a Service; of two ports that want one name, the second goes by its number."""
    taken: set[str] = set()
    result = []
    for port in ports:
        free = port if port.name not in taken else _port(port.number, port.protocol, None, port.app_protocol)
        taken.add(free.name)
        result.append(free)
    return tuple(result)
