from __future__ import annotations

from typing import Any

import pytest

from composestack.translate.patching.problem import BadPatch
from composestack.translate.patching.strategic_merge import merged


@pytest.mark.parametrize(
    ("whole", "patch", "result"),
    [
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}, {"a": {"b": 3, "c": 2}}),
        ({"a": 1, "b": 2}, {"a": None}, {"b": 2}),
        ({"a": "text"}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ({"a": {"b": 1}}, {"a": {"$patch": "replace", "c": 2}}, {"a": {"c": 2}}),
        ({"a": {"b": 1}, "c": 1}, {"a": {"$patch": "delete"}}, {"c": 1}),
        ({"args": ["a", "b"]}, {"args": ["c"]}, {"args": ["c"]}),
        ({}, {"a": {"b": None, "c": 1}}, {"a": {"c": 1}}),
    ],
)
def test_mappings(whole: dict[str, Any], patch: dict[str, Any], result: dict[str, Any]) -> None:
    assert merged(whole, patch) == result


ENV = [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]


@pytest.mark.parametrize(
    ("patch", "result"),
    [
        ([{"name": "B", "value": "3"}], [{"name": "A", "value": "1"}, {"name": "B", "value": "3"}]),
        ([{"name": "C"}], [*ENV, {"name": "C"}]),
        ([{"name": "A", "$patch": "delete"}], ENV[1:]),
        ([{"name": "Z", "$patch": "delete"}], ENV),
        ([{"$patch": "replace"}, {"name": "C"}], [{"name": "C"}]),
        ([{"$patch": "replace"}], []),
        ([{"name": "A", "$patch": "replace", "valueFrom": {}}], [{"name": "A", "valueFrom": {}}, ENV[1]]),
    ],
)
def test_lists_with_keys(patch: list[Any], result: list[Any]) -> None:
    assert merged({"env": ENV}, {"env": patch}) == {"env": result}


def test_ports_of_containers_and_of_services() -> None:
    of_container = [{"containerPort": 53, "protocol": "TCP"}, {"containerPort": 53, "protocol": "UDP"}]
    of_service = [{"port": 80, "protocol": "TCP", "name": "http"}]

    assert merged({"ports": of_container}, {"ports": [{"containerPort": 53, "protocol": "UDP", "name": "dns"}]}) == {
        "ports": [of_container[0], {**of_container[1], "name": "dns"}]
    }
    assert merged({"ports": of_service}, {"ports": [{"port": 80, "appProtocol": "http"}]}) == {
        "ports": [{**of_service[0], "appProtocol": "http"}]
    }


@pytest.mark.parametrize(
    ("patch", "place"),
    [
        ({"a": {"$retainKeys": ["b"]}}, ".a"),
        ({"a": {"$patch": "remove"}}, ".a"),
        ({"env": [{"value": "1"}]}, ".env[0]"),
    ],
)
def test_a_bad_patch_says_where(patch: dict[str, Any], place: str) -> None:
    with pytest.raises(BadPatch) as bad:
        merged({"env": ENV}, patch)
    assert bad.value.place == place


def test_nothing_is_changed_in_place() -> None:
    whole = {"env": [dict(each) for each in ENV], "a": {"b": 1}}

    merged(whole, {"env": [{"name": "A", "value": "9"}], "a": {"b": 2}})

    assert whole == {"env": ENV, "a": {"b": 1}}
