from __future__ import annotations

from composestack.compose.patterns import changed, compile_table, rewritten
from composestack.compose.tree import Map, Seq, Tag


def test_a_name_precedes_any_key() -> None:
    table = compile_table({"a.*": 1, "a.b": 2, "a.*.c": 3})
    below = table.child("a")
    assert below is not None
    named, other = below.child("b"), below.child("x")
    assert named is not None
    assert other is not None
    assert (named.rule, other.rule, table.child("z")) == (2, 1, None)


def test_rewriting_shares_what_does_not_change() -> None:
    same = Map([("x", 1)])
    document = Map([("a", Map([("n", 1)])), ("b", same), ("c", Seq([Map([("n", 1)])]))])
    result = rewritten(document, compile_table({"a.n": "+", "c.*.n": "+"}), lambda _, value: value + 1)
    assert result == {"a": {"n": 2}, "b": {"x": 1}, "c": [{"n": 2}]}
    assert result["b"] is same
    assert document["a"] == {"n": 1}


def test_a_changed_mapping_keeps_marks_and_tags() -> None:
    before = Map([("a", 1)], {"a": ("f", 1, 1)}, tags={"b": Tag.RESET})
    after = changed(before, {"a": 2})
    assert (dict(after), after.mark("a"), after.tags) == ({"a": 2}, ("f", 1, 1), {"b": Tag.RESET})
