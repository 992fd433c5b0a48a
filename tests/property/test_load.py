"""Whatever comes in, a project or InvalidCompose comes out."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from composestack.compose.canonical.typed import shape_of
from composestack.compose.load import load
from composestack.compose.model import Project, Service
from composestack.compose.problems import InvalidCompose
from composestack.compose.show import show
from composestack.compose.source import ComposeSource, ProjectFiles

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
