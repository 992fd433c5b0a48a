from __future__ import annotations

import pytest

from composestack.translate import addresses


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("db:5432", [("db", 5432)]),
        ("postgres://user:pass@db:5432/app", [("db", 5432)]),
        ("kafka-1:9092,kafka-2:9093", [("kafka-1", 9092), ("kafka-2", 9093)]),
        ("proxy_pass http://web:8000;", [("web", 8000)]),
        ("http://api/v1", [("api", 80)]),
        ("postgresql+asyncpg://u:p@sql/app", [("sql", 5432)]),
        ("amqp://user:1234@queue", [("queue", 5672)]),
        ("redis://cache", [("cache", 6379)]),
        ("tcp://nowhere", []),
        ("db:99999", []),
        ("db:0", []),
        ("sha256:12ab", []),
        ("no address", []),
    ],
)
def test_addresses_in_a_text(text: str, found: list[tuple[str, int]]) -> None:
    assert list(addresses.addressed(text)) == found


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({"DB_HOST": "db", "DB_PORT": "5432"}, [("db", 5432)]),
        ({"HOST": "db", "PORT": "1"}, [("db", 1)]),
        ({"db_host": "db", "db_port": "1"}, [("db", 1)]),
        ({"DB_HOST": "db"}, []),
        ({"DB_HOST": "db", "DB_PORT": "x"}, []),
        ({"DB_HOST": None, "DB_PORT": "1"}, []),
    ],
)
def test_addresses_in_two_variables(environment: dict[str, str | None], found: list[tuple[str, int]]) -> None:
    assert list(addresses.addressed_by_variables(environment)) == found


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("my_db", True),
        ("postgres://u:p@my_db:5432", True),
        ("connect to my_db.", True),
        ("my_db2", False),
        ("not.my_db", False),
        ("my_db.example.com", False),
        ("my_db-copy", False),
    ],
)
def test_a_name_is_mentioned_as_a_word(text: str, mentioned: bool) -> None:
    assert addresses.mentions("my_db", [text]) is mentioned
