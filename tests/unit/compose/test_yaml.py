from __future__ import annotations

from typing import Any

import pytest

from composestack.compose.composer import MAX_DEPTH, MAX_NODES
from composestack.compose.problems import InvalidCompose, Problem
from composestack.compose.scalars import Timestamp
from composestack.compose.tree import Map, Seq, Tag
from composestack.compose.yaml import MAX_BYTES, from_object, parse


def one(text: str | bytes) -> Map:
    (document,) = parse(text, "f")
    return document


def problems(text: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(InvalidCompose) as caught:
        parse(text, "f")
    return caught.value.problems


def problem(text: str | bytes) -> Problem:
    (found,) = problems(text)
    return found


def test_scalars_are_those_of_compose_go() -> None:
    text = "a: [on, 22:22, 0444, 1e3, 1_000, ~, '5', \"true\", !!str 5, !!int '2', !foo 12, ! 7, ! '7', 2024-01-02]"

    assert one(text)["a"] == [
        *("on", "22:22", 292, 1000.0, 1000, None, "5", "true", "5", 2, "12", "7", "7"),
        Timestamp("2024-01-02 00:00:00 +0000 UTC"),
    ]


def test_block_scalars() -> None:
    assert one("a: |\n  x\n  y\nb: >-\n  x\n  y\nc: |+\n  x\n\nd: 1\n") == {
        "a": "x\ny\n",
        "b": "x y",
        "c": "x\n\n",
        "d": 1,
    }


def test_json_bytes_and_byte_order_marks() -> None:
    assert one('{"a": {"b": [1, null]}}') == {"a": {"b": [1, None]}}
    assert one("\ufeffa: é\r\nb: 1\r\n") == one("a: é\nb: 1\n".encode()) == {"a": "é", "b": 1}


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n"])
def test_a_file_may_be_empty(text: str) -> None:
    assert parse(text, "f") == []


def test_colons_in_brackets_as_compose_reads_them() -> None:
    text = "é: {a:, b: {c:}}\r\nd: [e:, '[f:]', ::1, :g:h]  # [i:]\nj: |\n  [k:]\n"
    whole = {"é": {"a": None, "b": {"c": None}}, "d": [{"e": None}, "[f:]", "::1", ":g:h"], "j": "[k:]\n"}
    assert one(text) == whole
    assert one(f"\ufeff{text}".encode()) == whole


def test_texts_with_such_colons_are_read_again_within_a_limit() -> None:
    many = f"a: [{'b:,' * 2000}]\nc: {'d' * 10_000}"
    assert "found unexpected ':'" in problem(many).message


def test_several_documents() -> None:
    assert parse("%YAML 1.1\n---\na: 1\n---\nb: 2\n...\n", "f") == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize("text", ["- a", "hello", "---\n", "5"])
def test_a_document_must_be_a_mapping(text: str) -> None:
    assert "must be a mapping" in problem(text).message


def test_positions_of_keys_and_items() -> None:
    tree = one("services:\n  web:\n    ports:\n      - '80'\n      - {target: 90}\n")
    web = tree["services"]["web"]

    assert tree.mark("services") == ("f", 1, 1)
    assert web.mark("ports") == ("f", 3, 5)
    assert [web["ports"].mark(index) for index in (0, 1)] == [("f", 4, 9), ("f", 5, 9)]
    assert web["ports"][1].mark("target") == ("f", 5, 10)


def test_tags_are_kept_beside_the_values() -> None:
    tree = one("a: !reset null\nb: !override [1]\nc: !override {d: !reset {e: 1}}\nf: [!reset 1, 2]\ng: !override 5\n")

    assert tree == {"b": [1], "c": {}, "f": [2], "g": "5"}
    assert tree.tags == {"a": Tag.RESET, "b": Tag.OVERRIDE, "c": Tag.OVERRIDE, "g": Tag.OVERRIDE}
    assert tree["c"].tags == {"d": Tag.RESET}
    assert tree.mark("a") == ("f", 1, 1)


def test_an_alias_to_a_tagged_value_is_tagged() -> None:
    tree = one("x: {y: &a !reset 1, z: &b !override [1]}\nc: *a\nd: *b\n")

    assert (tree.get("c", "gone"), tree["d"]) == ("gone", [1])
    assert tree.tags == {"c": Tag.RESET, "d": Tag.OVERRIDE}


def test_aliases() -> None:
    tree = one("a: &a {k: 1}\nb: *a\nc: &a [2]\nd: *a\n&e e: *e\n")

    assert tree == {"a": {"k": 1}, "b": {"k": 1}, "c": [2], "d": [2], "e": "e"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: *b\n", "'b' is not defined before it is used"),
        ("a: &b 1\n---\nc: *b\n", "'b' is not defined before it is used"),
        ("a: &b [*b]\n", "'b' contains itself"),
        ("a: &b\n  c: {d: *b}\n", "'b' contains itself"),
        ("a: &b {<<: *b}\n", "'b' contains itself"),
    ],
)
def test_bad_aliases(text: str, message: str) -> None:
    assert message in "\n".join(str(found) for found in problems(text))


def test_merge_keys() -> None:
    tree = one(
        """
        a: &a {k: a, l: a}
        b: &b {k: b, m: {n: b}}
        one: {<<: *a, l: own}
        list: {l: own, <<: [*b, *a, *b]}
        inline: {<<: {x: 1}, y: 2}
        nested: {<<: {<<: *a, k: inner}, z: ~}
        nothing: {k: ~, <<: *a}
        """
    )

    assert tree["one"] == {"k": "a", "l": "own"}
    assert tree["list"] == {"l": "own", "k": "b", "m": {"n": "b"}}
    assert tree["inline"] == {"x": 1, "y": 2}
    assert tree["nested"] == {"k": "inner", "l": "a", "z": None}
    assert tree["nothing"] == {"k": None, "l": "a"}
    assert tree["a"] == {"k": "a", "l": "a"}


def test_merged_keys_keep_their_positions_and_tags() -> None:
    tree = one("a: &a {k: 1, l: !override [1], m: !reset 1}\nb:\n  k: 2\n  <<: *a\n")

    assert [tree["b"].mark(key) for key in "klm"] == [("f", 3, 3), ("f", 1, 14), ("f", 1, 32)]
    assert tree["b"].tags == {"l": Tag.OVERRIDE, "m": Tag.RESET}


def test_a_quoted_merge_key_is_an_ordinary_key() -> None:
    assert one("a: {'<<': 1, b: <<}") == {"a": {"<<": 1, "b": "<<"}}


@pytest.mark.parametrize("value", ["1", "[1]", "[{a: 1}, x]", "!reset {a: 1}", "!override {a: 1}", "~"])
def test_bad_merge_keys(value: str) -> None:
    found = problem(f"a:\n  b:\n    <<: {value}\n")

    assert (found.line, found.path) == (3, "a.b")
    assert "<< takes a mapping" in found.message


def test_every_duplicate_key_is_reported_with_both_lines() -> None:
    text = "a:\n  b: 1\n  c: [x, {d: 1, d: 2}]\n  b: 2\n<<: {}\n<<: {}\n"

    assert [(found.line, found.path, found.message) for found in problems(text)] == [
        (3, "a.c[1].d", "the key 'd' is here a second time; the first is in line 3"),
        (4, "a.b", "the key 'b' is here a second time; the first is in line 2"),
        (6, "<<", "the key '<<' is here a second time; the first is in line 5"),
    ]


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("1", "1"),
        ("true", "true"),
        ("1.50", "1.5"),
        ("~", "null"),
        ("? [x]\n  ", "a mapping or list"),
        ("2024-01-02", "2024-01-02 00"),
    ],
)
def test_keys_must_be_strings(key: str, shown: str) -> None:
    found = problem(f"a:\n  {key}: b\n")

    assert (found.line, found.path) == (2, "a")
    assert found.message.startswith(f"a key must be a string, and {shown}")


def test_all_that_is_wrong_is_reported_at_once() -> None:
    assert [found.line for found in problems("a: 1\na: 2\n1: x\nb: *c\nd: !!int x\ne: {f: [}\n")] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a:\n\tb: 1\n", 2, 1, "spaces, not tabs"),
        ("a: [b\n", 2, 1, "while parsing a flow sequence in line 1"),
        ("a: {b:}\nc: {d: ::1}\n", 2, 8, "did not find expected node content"),
        ("a: [b=${c}, d]\n", 1, 8, "quote text with braces"),
        ("a: b: c\n", 1, 5, "quote text with a colon"),
        ("a: &b.c 1\n", 1, 6, "names of anchors"),
        ("a: 'b\n", 2, 1, "while scanning a quoted scalar in line 1"),
        ("a: 1\nb: \x00\n", 2, 0, "control characters are not allowed"),
        (b"a: 1\nb: \xff\n", 2, 0, "invalid"),
        ("a: \ud800", 1, 0, "invalid"),
    ],
)
def test_syntax_errors(text: str | bytes, line: int, column: int, message: str) -> None:
    found = problem(text)

    assert (found.line, message in found.message) == (line, True), found
    assert column in {0, found.column}, found


def bomb(value: str, levels: int) -> str:
    return "a0: &a0 {x: 1}\n" + "".join(f"a{i + 1}: &a{i + 1} {value.replace('@', f'*a{i}')}\n" for i in range(levels))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH, f"nested more than {MAX_DEPTH}"),
        (bomb("[@]", MAX_DEPTH), "deep by its aliases"),
        (bomb("[@, @, @, @, @, @, @, @, @]", 9), f"more than {MAX_NODES} values"),
        (bomb("{l: @, <<: [@, @, @, @]}", 20), f"more than {MAX_NODES} values"),
        ("a: [" + "1," * (MAX_NODES - 1) + "]", f"more than {MAX_NODES} values"),
        ("---\n" * (MAX_NODES + 1), f"more than {MAX_NODES} documents"),
        ("a: &a '" + "x" * 10_000 + "'\nb: [" + "*a," * 200 + "]", "characters"),
        ("a: '" + "x" * (MAX_BYTES - 4) + "'", f"larger than {MAX_BYTES} bytes"),
    ],
)
def test_limits(text: str, message: str) -> None:
    assert message in problem(text).message


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1),
        bomb("[@]", MAX_DEPTH - 2),
        bomb("[@, @, @, @, @, @, @, @, @]", 4),
        bomb("{<<: [@, @, @, @, @]}", 6),
        "a: [" + "1," * (MAX_NODES - 2) + "]",
        "a: '" + "x" * (MAX_BYTES - 5) + "'",
    ],
)
def test_what_is_within_the_limits(text: str) -> None:
    assert len(parse(text, "f")) == 1


def test_from_object() -> None:
    source = {"services": {"web": {"image": "a", "ports": ["80", {"target": 90}], "tty": None}}}

    tree = from_object(source, "spec.compose")

    assert tree == source
    web = tree["services"]["web"]
    assert (type(tree), type(web), type(web["ports"]), type(web["ports"][1])) == (Map, Map, Seq, Map)
    assert (web.mark("image"), web["ports"].mark(1)) == (("spec.compose", 0, 0), ("spec.compose", 0, 0))
    assert web is not source["services"]["web"]


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth - 1):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    ("source", "path", "message"),
    [
        ({"a": {1: "b"}}, "a", "a key must be a string, and 1 is none"),
        ({"a": {"b": 1}, "c": [[1], object()]}, "c[1]", "a value of type object is none that JSON has"),
        ({"a": "x" * (MAX_BYTES + 1)}, "a", "larger"),
        ({"a": ["x"] * MAX_NODES}, f"a[{MAX_NODES - 1}]", "values"),
        ({"a": "x" * (MAX_BYTES // 2), "b": "x" * (MAX_BYTES // 2)}, "b", "larger"),
        (nested(MAX_DEPTH + 1), ".".join("a" * MAX_DEPTH), "deep"),
    ],
)
def test_objects_that_are_refused(source: dict[str, Any], path: str, message: str) -> None:
    with pytest.raises(InvalidCompose) as caught:
        from_object(source, "spec.compose")

    (found,) = caught.value.problems
    assert (found.file, found.line, found.path) == ("spec.compose", 0, path)
    assert message in found.message


def test_the_deepest_object() -> None:
    assert from_object(nested(MAX_DEPTH), "f") == nested(MAX_DEPTH)


@pytest.mark.parametrize("value", [[], 0, 1.5, True])
def test_an_object_that_is_no_mapping_is_an_error(value: object) -> None:
    with pytest.raises(InvalidCompose, match="a Compose file must be a mapping"):
        from_object(value, "spec.compose")
