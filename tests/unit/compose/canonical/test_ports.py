from __future__ import annotations

from typing import Any

import pytest

from composestack.compose.canonical.expansion import Malformed, TooMany
from composestack.compose.canonical.ports import MAX_PORTS, host_address, parse, port_key, ports
from composestack.compose.tree import UNKNOWN, Map, Seq

MARK = ("f", 1, 1)


def short(text: str) -> list[tuple[Any, ...]]:
    return [(port["host_ip"], port["published"], port["target"], port["protocol"]) for port in parse(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("80", [(None, None, 80, "tcp")]),
        ("8080:80", [(None, "8080", 80, "tcp")]),
        (":80", [(None, None, 80, "tcp")]),
        ("53:53/UDP", [(None, "53", 53, "udp")]),
        ("127.0.0.1:8080:80", [("127.0.0.1", "8080", 80, "tcp")]),
        ("127.0.0.1::80", [("127.0.0.1", None, 80, "tcp")]),
        ("[::1]:8080:80", [("::1", "8080", 80, "tcp")]),
        ("::1:8080:80", [("::1", "8080", 80, "tcp")]),
        ("9-10", [(None, None, 10, "tcp"), (None, None, 9, "tcp")]),
        ("3000-3001:80-81", [(None, "3000", 80, "tcp"), (None, "3001", 81, "tcp")]),
        ("8000-8010:80", [(None, "8000-8010", 80, "tcp")]),
        ("0:80", [(None, "0", 80, "tcp")]),
        ("+8080:+80/", [(None, "8080", 80, "tcp")]),
    ],
)
def test_short_forms(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert short(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http:80",
        "80:http",
        "80:70000",
        "70000:80",
        "9-8",
        "1-3:1-2",
        "80/abc",
        "80/tcp/udp",
        "80/tcp/",
        "++80",
        " 80",
        "localhost:80:80",
        "300.1.1.1:1:1",
        "-1",
        "80:",
    ],
)
def test_what_stands_for_no_port(text: str) -> None:
    with pytest.raises(ValueError):
        list(parse(text))


def test_each_port_has_the_place_of_its_entry() -> None:
    other = ("f", 2, 1)
    result = ports(Seq(["80-81", Map([("target", 5)])], [MARK, other]), UNKNOWN)
    assert [port["target"] for port in result] == [80, 81, 5]
    assert result.marks == [MARK, MARK, other]
    assert result[0].mark("target") == MARK


def test_the_item_that_is_wrong_is_named() -> None:
    with pytest.raises(Malformed) as error:
        ports(Seq(["80", True], [MARK, MARK]), UNKNOWN)
    assert set(error.value.items) == {1}


def test_ranges_are_bounded() -> None:
    with pytest.raises(TooMany, match=str(MAX_PORTS)):
        ports(Seq(["1-65535"], [MARK]), UNKNOWN)


def test_what_is_no_list_is_left_for_the_model() -> None:
    assert ports("80", UNKNOWN) == "80"


def test_a_number_and_a_string_publish_differently() -> None:
    number, text = (Map([("target", 80), ("published", each)]) for each in (8080, "8080"))
    assert port_key(number) != port_key(text)
    assert port_key(text) == port_key(Map([*text.items(), ("protocol", "tcp"), ("host_ip", "0.0.0.0")]))


def test_brackets_around_nothing_are_no_address() -> None:
    assert host_address("[]") is None
    assert host_address("[::1]") == "::1"
