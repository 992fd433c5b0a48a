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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my_db:5432", "my-db:5432"),
        ("postgres://my_db:pass@my_db:5432/my_db", "postgres://my_db:pass@my-db:5432/my_db"),
        ("http://my_db", "http://my-db"),
        ("http://u:p@my_db/path", "http://u:p@my-db/path"),
        ("my_db:1,other:2,my_db:3", "my-db:1,other:2,my-db:3"),
        ("not_my_db:5432", "not_my_db:5432"),
        ("my_db", "my_db"),
        ("SELECT my_db", "SELECT my_db"),
        ("my_db:latest", "my_db:latest"),
    ],
)
def test_a_host_is_respelled_where_it_is_sure_that_it_is_one(text: str, expected: str) -> None:
    assert addresses.respelled(text, {"my_db": "my-db"}) == expected


@pytest.mark.parametrize(
    ("variable", "expected"), [("DB_HOST", "my-db"), ("host", "my-db"), ("POSTGRES_DB", "my_db"), ("", "my_db")]
)
def test_a_whole_value_is_a_host_if_the_variable_says_so(variable: str, expected: str) -> None:
    assert addresses.respelled("my_db", {"my_db": "my-db"}, variable=variable) == expected
