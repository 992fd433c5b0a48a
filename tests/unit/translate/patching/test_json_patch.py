"""The examples are those of RFC 6902, appendix A, as far as they are about operations."""

from __future__ import annotations

from typing import Any

import pytest

from composestack.translate.patching.json_patch import applied
from composestack.translate.patching.problem import BadPatch


@pytest.mark.parametrize(
    ("document", "operation", "result"),
    [
        ({"foo": "bar"}, {"op": "add", "path": "/baz", "value": "qux"}, {"foo": "bar", "baz": "qux"}),
        ({"foo": ["bar"]}, {"op": "add", "path": "/foo/0", "value": "qux"}, {"foo": ["qux", "bar"]}),
        ({"foo": ["bar"]}, {"op": "add", "path": "/foo/-", "value": ["abc"]}, {"foo": ["bar", ["abc"]]}),
        ({"foo": ["bar"]}, {"op": "add", "path": "/foo/1", "value": "qux"}, {"foo": ["bar", "qux"]}),
        ({"foo": None}, {"op": "add", "path": "/foo", "value": 1}, {"foo": 1}),
        ({"baz": "qux", "foo": "bar"}, {"op": "remove", "path": "/baz"}, {"foo": "bar"}),
        ({"foo": ["bar", "qux"]}, {"op": "remove", "path": "/foo/1"}, {"foo": ["bar"]}),
        ({"baz": "qux"}, {"op": "replace", "path": "/baz", "value": "boo"}, {"baz": "boo"}),
        ({"a": {"b": 1}, "c": {}}, {"op": "move", "from": "/a/b", "path": "/c/d"}, {"a": {}, "c": {"d": 1}}),
        ({"foo": ["a", "b", "c"]}, {"op": "move", "from": "/foo/0", "path": "/foo/2"}, {"foo": ["b", "c", "a"]}),
        ({"a": [1]}, {"op": "copy", "from": "/a", "path": "/b"}, {"a": [1], "b": [1]}),
        ({"a/b": 1, "~1": 10}, {"op": "test", "path": "/~01", "value": 10}, {"a/b": 1, "~1": 10}),
        ({"a/b": 1}, {"op": "replace", "path": "/a~1b", "value": 2}, {"a/b": 2}),
    ],
)
def test_operations(document: Any, operation: dict[str, Any], result: Any) -> None:
    assert applied(document, [operation]) == result


@pytest.mark.parametrize(
    ("operation", "place"),
    [
        ({"op": "add", "path": "/missing/b", "value": 1}, "[0].path"),
        ({"op": "add", "path": "/list/3", "value": 1}, "[0].path"),
        ({"op": "remove", "path": "/missing"}, "[0].path"),
        ({"op": "remove", "path": "/list/-"}, "[0].path"),
        ({"op": "remove", "path": "/list/01"}, "[0].path"),
        ({"op": "replace", "path": "/text/x", "value": 1}, "[0].path"),
        ({"op": "test", "path": "/text", "value": "other"}, "[0].value"),
        ({"op": "copy", "from": "/missing", "path": "/b"}, "[0].from"),
        ({"op": "move", "from": "/list", "path": "/list/0"}, "[0].path"),
        ({"op": "remove", "path": "list"}, "[0].path"),
        ({"op": "remove", "path": ""}, "[0].path"),
        ({"op": "remove", "path": 7}, "[0].path"),
        ({"op": "add", "path": "/a"}, "[0]"),
        ({"op": "rename"}, "[0]"),
        ({}, "[0]"),
        ("text", "[0]"),
    ],
)
def test_a_bad_operation_says_where(operation: Any, place: str) -> None:
    with pytest.raises(BadPatch) as bad:
        applied({"list": [1, 2], "text": "a"}, [operation])
    assert bad.value.place == place


def test_operations_build_on_each_other_and_leave_the_document_alone() -> None:
    document = {"a": {"b": [1]}}

    result = applied(
        document, [{"op": "copy", "from": "/a", "path": "/c"}, {"op": "add", "path": "/c/b/-", "value": 2}]
    )

    assert result == {"a": {"b": [1]}, "c": {"b": [1, 2]}}
    assert document == {"a": {"b": [1]}}
