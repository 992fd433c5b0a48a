from __future__ import annotations

import pytest

from composestack.compose.interpolate import interpolate
from composestack.compose.problems import InvalidCompose, Problem
from composestack.compose.report import Report
from composestack.compose.template import MAX_LENGTH
from composestack.compose.tree import Map, Seq, Tag
from composestack.compose.yaml import parse


def document(text: str) -> Map:
    (tree,) = parse(text, "compose.yaml")
    return tree


def interpolated(tree: Map, variables: dict[str, str]) -> Map:
    report = Report()
    interpolate(tree, variables, report)
    report.check()
    return tree


def test_values_are_replaced_and_keys_are_not() -> None:
    tree = document("services: {$A: {image: 'app:$A', command: ['$A', 1, null]}}")

    assert interpolated(tree, {"A": "a"}) == {"services": {"$A": {"image": "app:a", "command": ["a", 1, None]}}}


def test_positions_and_tags_stay_and_aliases_are_interpolated_by_themselves() -> None:
    tree = interpolated(document("a: &a [$A]\nb: *a\nc: !override {d: !reset x}\n"), {"A": "1"})

    assert tree == {"a": ["1"], "b": ["1"], "c": {}}
    assert (type(tree["a"]), type(tree["c"])) == (Seq, Map)
    assert [tree.mark(key) for key in "abc"] == [("compose.yaml", line, 1) for line in (1, 2, 3)]
    assert tree["b"].mark(0) == ("compose.yaml", 1, 8)
    assert (tree.tags, tree["c"].tags) == ({"c": Tag.OVERRIDE}, {"d": Tag.RESET})


def test_the_first_use_of_each_unset_variable_is_named() -> None:
    tree = document("services:\n  web:\n    image: $TAG\n    command: [a, '$TAG$HOST', '${PORT:-80}']\n")

    assert interpolate(tree, {}, Report()) == {
        "TAG": (("services", "web", "image"), ("compose.yaml", 3, 5)),
        "HOST": (("services", "web", "command", 1), ("compose.yaml", 4, 18)),
    }


def test_values_take_the_type_of_their_attribute() -> None:
    tree = document(
        """
        services:
          web:
            tty: ${ON}
            scale: '2'
            cpus: $HALF
            hostname: $TWO
            ports: [{target: $TWO, published: $TWO}]
            environment: {tty: $ON}
        """
    )

    web = interpolated(tree, {"ON": "yes", "HALF": "0.5", "TWO": "2"})["services"]["web"]

    assert web == {
        "tty": True,
        "scale": 2,
        "cpus": 0.5,
        "hostname": "2",
        "ports": [{"target": 2, "published": "2"}],
        "environment": {"tty": "yes"},
    }


def test_all_that_is_wrong_is_reported_at_its_place_without_the_values_of_variables() -> None:
    tree = document(
        "services:\n  web:\n    tty: ${SECRET}\n    scale: $NONE\n    image: ${\n    command: ['${X:?say x}']\n"
    )

    with pytest.raises(InvalidCompose) as caught:
        interpolated(tree, {"SECRET": "hunter2"})

    assert [(p.line, p.column, p.path, p.message.partition(";")[0]) for p in caught.value.problems] == [
        (3, 5, "services.web.tty", "'${SECRET}' is not a boolean"),
        (4, 5, "services.web.scale", "'$NONE' is empty, and so it is not an integer"),
        (5, 5, "services.web.image", "'${' is not a variable"),
        (6, 15, "services.web.command[0]", "required variable X is missing a value: say x"),
    ]
    assert tree["services"]["web"]["scale"] == "$NONE"


def test_what_variables_can_grow_to_is_limited() -> None:
    tree = document("a: [$A, $A, $A, $A, $A]")

    with pytest.raises(InvalidCompose) as caught:
        interpolated(tree, {"A": "x" * (MAX_LENGTH // 4)})

    assert caught.value.problems == (
        Problem("compose.yaml", 1, 21, "a[4]", "with its variables replaced, the file is too long"),
    )
