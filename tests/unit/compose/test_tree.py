from __future__ import annotations

import json

from composestack.compose.tree import UNKNOWN, Map, Seq, Tag, copied, join


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


def test_new_containers_share_nothing() -> None:
    first, second = Map(), Map()
    first.marks["a"] = ("f", 1, 1)
    first.tag("a", Tag.RESET)

    assert (second.marks, second.tags, Seq().marks) == ({}, {}, [])


def test_a_copy_keeps_positions_and_tags() -> None:
    tree = Map([("a", Seq([1], [("f", 2, 3)]))], {"a": ("f", 1, 1)}, {"a": Tag.OVERRIDE})

    result = copied(tree)

    assert (result, result.marks, result.tags, result["a"].marks) == (tree, tree.marks, tree.tags, tree["a"].marks)
    assert result["a"] is not tree["a"]
    assert result.marks is not tree.marks


def test_join() -> None:
    assert join(("services", "web", "ports", 0, "target")) == "services.web.ports[0].target"
    assert join((0, "a")) == "[0].a"
    assert join(()) == ""
