from __future__ import annotations

import pytest

from composestack.compose.model import Port, Service
from composestack.translate.known_ports import KnownPort, image_ports, known_ports


@pytest.mark.parametrize(
    ("image", "ports"),
    [
        ("postgres", (5432,)),
        ("postgres:16-alpine", (5432,)),
        ("docker.io/library/postgres@sha256:abc", (5432,)),
        ("docker.io/grafana/grafana:11.0.0", (3000,)),
        ("quay.io/keycloak/keycloak", (8080,)),
        ("localhost:5000/postgres:16", ()),
        ("acme/postgres", ()),
        ("", ()),
    ],
)
def test_popular_images_are_known_by_their_repository(image: str, ports: tuple[int, ...]) -> None:
    assert image_ports(image) == ports


def test_ports_from_all_sides() -> None:
    service = Service(
        name="web",
        expose=("3000", "8000-8001/udp"),
        ports=(Port(target=80, published="8080"), Port(target=3000, name="Web_UI", app_protocol="http")),
    )

    assert known_ports(service, "nginx", {9000}) == (
        KnownPort(80, "TCP", "80-tcp"),
        KnownPort(3000, "TCP", "web-ui", "http"),
        KnownPort(8000, "UDP", "8000-udp"),
        KnownPort(8001, "UDP", "8001-udp"),
        KnownPort(9000, "TCP", "9000-tcp"),
    )


def test_the_same_number_by_two_protocols_is_two_ports() -> None:
    service = Service(name="dns", ports=(Port(target=53), Port(target=53, protocol="udp")))

    assert [(port.number, port.protocol) for port in known_ports(service, "", ())] == [(53, "TCP"), (53, "UDP")]


def test_names_are_unique() -> None:
    service = Service(name="web", ports=(Port(target=1, name="http"), Port(target=2, name="http")))

    assert [port.name for port in known_ports(service, "", ())] == ["http", "2-tcp"]


def test_a_name_without_letters_is_replaced() -> None:
    service = Service(name="web", ports=(Port(target=1, name="123"), Port(target=2, name="a" * 30)))

    assert [port.name for port in known_ports(service, "", ())] == ["1-tcp", "a" * 15]
