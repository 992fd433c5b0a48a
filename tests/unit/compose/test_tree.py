from __future__ import annotations

import json

from composestack.compose.tree import COLUMNS, UNKNOWN, Map, Seq, Tag, copied, join


def packed(line: int, column: int) -> int:
    return line * COLUMNS + column


def test_containers_are_plain_to_others() -> None:
    tree = Map({"a": Seq([1, Map({"b": None})])})

    assert tree == {"a": [1, {"b": None}]}
    assert json.dumps(tree) == '{"a": [1, {"b": null}]}'


def test_positions() -> None:
    mapping = Map({"a": 1, "b": 2}, {"a": ("f", 1, 2)})
    sequence = Seq(["x", "y"], [("f", 3, 4)])

    assert UNKNOWN == ("", 0, 0)
    assert (mapping.mark("a"), mapping.mark("b")) == (("f", 1, 2), UNKNOWN)
    assert (sequence.mark(0), sequence.mark(1)) == (("f", 3, 4), UNKNOWN)


def test_positions_in_the_file_of_a_container() -> None:
    mapping = Map({"a": 1}, {"a": packed(0, 1), "b": ("over", 5, 6)}, file="f")
    sequence = Seq(["x"], [packed(2**20, 2**20)], "f")

    assert (mapping.mark("a"), mapping.mark("b")) == (("f", 1, 2), ("over", 5, 6))
    assert sequence.mark(0) == ("f", 2**20 + 1, 2**20 + 1)


def test_other_values_at_the_same_places() -> None:
    mapping = Map({"a": 1}, {"a": packed(0, 1)}, "f", {"a": Tag.OVERRIDE}).holding([("a", 2), ("b", 3)])
    sequence = Seq(["x"], [packed(2, 3)], "f").holding(["y"])

    assert (mapping, mapping.mark("a"), mapping.mark("b"), mapping.tags) == ({"a": 2, "b": 3}, ("f", 1, 2), UNKNOWN, {})
    assert (sequence, sequence.mark(0)) == (["y"], ("f", 3, 4))


def test_new_containers_share_nothing() -> None:
    first, second = Map(), Map()
    first.marks["a"] = ("f", 1, 1)
    first.tag("a", Tag.RESET)

    assert (second.marks, second.tags, Seq().marks) == ({}, {}, [])


def test_a_copy_keeps_positions_and_tags() -> None:
    tree = Map([("a", Seq([1], [packed(1, 2)], "f"))], {"a": packed(0, 0)}, "f", {"a": Tag.OVERRIDE})

    result = copied(tree)

    assert (result, result.tags) == (tree, tree.tags)
    assert (result.mark("a"), result["a"].mark(0)) == (("f", 1, 1), ("f", 2, 3))
    assert result["a"] is not tree["a"]
    assert result.marks is not tree.marks


def test_join() -> None:
    assert join(("services", "web", "ports", 0, "target")) == "services.web.ports[0].target"
    assert join((0, "a")) == "[0].a"
    assert join(()) == ""
