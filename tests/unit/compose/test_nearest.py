from __future__ import annotations

import time

import pytest

from composestack.compose.nearest import LONGEST_NAME, MOST_NAMES, nearest
from tests.unit.compose.application import problems


def test_the_nearest_name() -> None:
    assert nearest("fornt", ["back", "front"]) == " (did you mean front?)"
    assert nearest("other", ["back", "front"]) == ""


def test_it_is_not_looked_for_where_it_would_cost_much() -> None:
    names = [f"name{index}" for index in range(MOST_NAMES + 1)]
    assert nearest("name1x", names[:MOST_NAMES])
    assert nearest("name1x", names) == ""
    assert nearest("a" * (LONGEST_NAME + 1), ["a" * LONGEST_NAME]) == ""


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        ("image: a, networks: [fornt]", "front"),
        ("image: a, volumes: ['daat:/d']", "data"),
        ("image: a, depends_on: [dbx]", "db"),
        ("extends: dbx", "db"),
    ],
)
def test_names_that_nothing_has(attributes: str, name: str) -> None:
    found = problems(
        f"services: {{web: {{{attributes}}}, db: {{image: d}}}}\nnetworks: {{front: }}\nvolumes: {{data: }}"
    )
    assert f"(did you mean {name}?)" in found[0].message


def test_many_wrong_names_among_many_take_no_long() -> None:
    services = ", ".join(f"service{index}: {{image: a, depends_on: [sercive{index}]}}" for index in range(MOST_NAMES))
    begin = time.process_time()
    assert len(problems(f"services: {{{services}}}")) == MOST_NAMES
    assert time.process_time() - begin < 2
