from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from composestack.compose.model import Config, Grant, Healthcheck, Mount
from composestack.compose.model import ServiceNetwork as Attachment
from composestack.translate.discovery import Discovery
from tests.unit.translate.shop import stack


def discovery(
    services: Mapping[str, Mapping[str, Any]], files: Mapping[str, bytes] | None = None, **sections: Any
) -> Discovery:
    return stack(services, files, **sections).discovery


def numbers(found: Discovery, service: str) -> list[int]:
    return [port.number for port in found.ports[service]]


def test_ports_by_which_aliases_and_container_names_are_reached_are_known() -> None:
    found = discovery(
        {
            "db": {"container_name": "main-db", "networks": {"back": Attachment(aliases=("database",))}},
            "web": {"environment": {"A": "main-db:1", "B": "database:2", "C": "linked:3"}, "links": ("db:linked",)},
        }
    )

    assert numbers(found, "db") == [1, 2, 3]
    assert numbers(found, "web") == []


def test_ports_in_mounted_files_are_known_and_others_are_not() -> None:
    found = discovery(
        {
            "web": {
                "volumes": (Mount(type="bind", source="./conf", target="/conf"),),
                "configs": (Grant(source="app"),),
            },
            "api": {},
        },
        {"conf/a.conf": b"http://api:4000", "other.conf": b"http://api:5000"},
        configs={"app": Config(name="shop_app", content="api:6000")},
    )

    assert numbers(found, "api") == [4000, 6000]


@pytest.mark.parametrize(
    "test",
    [
        ("CMD", "curl", "-I", "http://web:8888"),
        ("CMD-SHELL", "wget -q -O- https://me:secret@web/healthz || exit 1"),
        ("CMD-SHELL", "curl -sf web:9001/status"),
        ("CMD", "mysqladmin", "ping", "-h", "web"),
        ("CMD-SHELL", "pg_isready --host=web"),
        ("CMD", "nc", "-z", "web", "9092"),
        ("CMD", "bash", "-c", "</dev/tcp/web/80"),
        ("CMD", "curl", "http://main-web/"),
    ],
)
def test_a_healthcheck_asks_its_own_service(test: tuple[str, ...]) -> None:
    assert discovery({"web": {"container_name": "main-web", "healthcheck": Healthcheck(test=test)}}).asks_itself("web")


@pytest.mark.parametrize(
    "test",
    [
        ("CMD", "curl", "http://localhost:8888/web"),
        ("CMD-SHELL", "web health && web-cli -u web ping"),
        ("CMD", "curl", "http://api:80"),
        ("CMD", "curl", "http://here:80"),
        ("NONE",),
    ],
)
def test_a_healthcheck_asks_somebody_else(test: tuple[str, ...]) -> None:
    web = {"hostname": "here", "healthcheck": Healthcheck(test=test)}
    found = discovery({"web": {**web, "container_name": "here"}, "api": {}})

    assert not found.asks_itself("web")
    assert not found.asks_itself("api")


def test_a_service_is_told_its_own_address() -> None:
    found = discovery(
        {
            "kafka": {"environment": {"LISTENERS": "PLAINTEXT://kafka:9092"}},
            "named": {"hostname": "named", "environment": {"LISTENERS": "PLAINTEXT://named:9092"}},
            "web": {"environment": {"BROKERS": "kafka:9092"}},
        }
    )

    assert [name for name in ("kafka", "named", "web") if found.addresses_itself(name)] == ["kafka"]


def test_a_service_is_mentioned_by_others() -> None:
    found = discovery({"my_db": {"environment": {"NAME": "my_db"}}, "web": {"command": ("--db", "other")}})

    assert found.mentioned("my_db")
    assert not found.mentioned("my_db", besides="my_db")
