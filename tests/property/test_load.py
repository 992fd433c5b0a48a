"""Whatever comes in, a project or InvalidCompose comes out."""

from __future__ import annotations

import contextlib
import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composestack.compose.canonical.typed import shape_of
from composestack.compose.load import load
from composestack.compose.model import Project, Service
from composestack.compose.problems import InvalidCompose
from composestack.compose.show import show
from composestack.compose.source import ComposeSource, ProjectFiles
from composestack.compose.yaml import MAX_BYTES

SECONDS = 1.5
"""What the largest application may take on a machine that does other things too; on a quiet one it is below 1 s."""

WORDS = st.sampled_from(
    ["", "a", "a=b", "a:b", "80:80", "1-9", "./a:/b", "service:b", "${A}", "${", "~", "all", "1m", "64m", "x-a", "*"]
)
SCALARS = st.none() | st.booleans() | st.integers(-5, 70000) | st.floats(allow_nan=False, allow_infinity=False) | WORDS
VALUES: Any = st.recursive(
    SCALARS,
    lambda below: (
        st.lists(below, max_size=3) | st.dictionaries(WORDS | st.sampled_from(["name", "external"]), below, max_size=3)
    ),
    max_leaves=8,
)
SERVICES = st.dictionaries(
    st.sampled_from([*sorted(shape_of(Service).attributes), "extends", "x-a", "nonsense"]), VALUES, max_size=5
)
DOCUMENTS = st.fixed_dictionaries(
    {"services": st.dictionaries(st.sampled_from(["a", "b", "c/d"]), SERVICES | VALUES, max_size=3)},
    optional={
        name: VALUES for name in (*sorted(shape_of(Project).attributes), "include", "version") if name != "services"
    },
)


@settings(max_examples=300, deadline=None)
@given(base=DOCUMENTS, over=DOCUMENTS | st.just({}), root=st.sampled_from([None, "/srv"]))
def test_loading_gives_a_project_or_its_problems(base: Any, over: Any, root: str | None) -> None:
    files = ProjectFiles(
        {"compose.yaml": json.dumps(base).encode(), "over.yaml": json.dumps(over).encode(), "a": b"A=1"}
    )
    source = ComposeSource(
        files, compose_files=("compose.yaml", "over.yaml"), profiles=("*",), root=root, exclude=("b",)
    )
    try:
        loaded = load(source, {})
    except InvalidCompose as error:
        assert error.problems
        assert all(problem.message for problem in error.problems)
    else:
        assert json.dumps(show(loaded.project))
        assert load(source, {}) == loaded


HOSTILE = {
    "services that wait for each other": ("{", "sTHIS: {image: a, links: [sNEXT]},", 24_000, "}"),
    "services of one network": ("{", "sTHIS: {image: a, network_mode: service:s0},", 20_000, "}"),
    "services that extend one": ("{s: {image: a},", "sTHIS: {extends: s},", 30_000, "}"),
    "mounts": ("{s: {image: a, volumes: [", "./THIS:/THIS,", 70_000, "]}}"),
    "ports": ("{s: {image: a, ports: [", "THIS:THIS,", 80_000, "]}}"),
    "wrong ports": ("{s: {image: a, ports: [", "x,", 90_000, "]}}"),
    "wrong variables": ("{s: {image: a, environment: {", "ATHIS: [],", 45_000, "}}}"),
    "unset variables": ("{s: {image: a, environment: [", "ATHIS=$ATHIS,", 60_000, "]}}"),
    "hooks": ("{s: {image: a, pre_start: [", "{image: a},", 49_000, "]}}"),
}
"""How services begin, an item with its number and that of the next one, how many there are, and how it ends."""


@pytest.mark.parametrize(("begin", "item", "count", "end"), HOSTILE.values(), ids=HOSTILE)
def test_no_application_takes_long(begin: str, item: str, count: int, end: str) -> None:
    items = (item.replace("THIS", str(number)).replace("NEXT", str(number + 1)) for number in range(count))
    compose = f"services: {begin}{''.join(items)}{end}"
    assert len(compose) <= MAX_BYTES
    source = ComposeSource(ProjectFiles.from_text({"compose.yaml": compose}))
    start = time.process_time()
    with contextlib.suppress(InvalidCompose):
        load(source, {})
    assert time.process_time() - start < SECONDS
