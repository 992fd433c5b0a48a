"""Giant inputs end in one problem that names the limit, and cost little: no input holds the operator up.

The limits one by one are those of docs/limits.md; their tests are in tests/unit/compose.
"""

from __future__ import annotations

import time
from typing import Any

import pytest

from composestack.compose.load import load
from composestack.compose.problems import InvalidCompose
from composestack.compose.source import ComposeSource, ProjectFiles

SECONDS = 5.0
"""Of processor time, and about five times what the worst of them takes."""

WEB = "services: {web: {image: nginx}}\n"


def laughs(levels: int) -> str:
    """Aliases of aliases: each level is nine times the one before."""
    lines = ['a0: &a0 "lol"', *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels))]
    return "x-bomb:\n" + "".join(f"  {line}\n" for line in lines) + WEB


def merged(levels: int) -> str:
    """Merge keys of merge keys."""
    lines = ["m0: &m0 {k: v}", *(f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 9)}]}}" for n in range(1, levels))]
    return "x-bomb:\n" + "".join(f"  {line}\n" for line in lines) + WEB


def service(text: str) -> str:
    return f"services:\n  web:\n    image: nginx\n    {text}\n"


NESTED = "${A:-" * 2000 + "}" * 2000
INPUTS: dict[str, dict[str, str]] = {
    "aliases": {"compose.yaml": laughs(30)},
    "merge keys": {"compose.yaml": merged(30)},
    "size": {"compose.yaml": WEB + "# " + "x" * 2**25},
    "depth": {"compose.yaml": "x-deep: " + "[" * 100_000 + "]" * 100_000 + "\n" + WEB},
    "depth of a block": {"compose.yaml": "x-deep:\n" + "".join("  " * n + "- a:\n" for n in range(1, 3000)) + WEB},
    "values": {"compose.yaml": WEB + "x-many: [" + "a, " * 1_000_000 + "]"},
    "keys": {"compose.yaml": WEB + "x-many: {" + "".join(f"k{n}: , " for n in range(600_000)) + "}"},
    "one key again and again": {"compose.yaml": WEB + "x-many: {" + "k: v, " * 200_000 + "}"},
    "documents": {"compose.yaml": (WEB + "---\n") * 3000},
    "ports": {"compose.yaml": service("ports: ['1-65535:1-65535']")},
    "many ports": {"compose.yaml": service(f"ports: {['1-60000'] * 5000}")},
    "services": {"compose.yaml": "services: {" + "".join(f"s{n}: {{image: a}}, " for n in range(90_000)) + "}"},
    "replicas": {"compose.yaml": service("deploy: {replicas: 99999999999999999999}")},
    "digits": {"compose.yaml": service("mem_limit: " + "9" * 1_000_000)},
    "nested variables": {"compose.yaml": service(f"command: '{NESTED}'")},
    "text of variables": {"compose.yaml": WEB + f"x-long: [{'${A}, ' * 50_000}]", ".env": "A=" + "x" * 10_000},
    "variables of variables": {
        "compose.yaml": service("command: $V99"),
        ".env": "V0=xxxxxxxxxx\n" + "".join(f"V{n}=${{V{n - 1}}}${{V{n - 1}}}\n" for n in range(1, 100)),
    },
    "environment files": {"compose.yaml": service(f"env_file: {['big.env'] * 500}"), "big.env": "A=1\n" * 200_000},
    "includes in a circle": {"compose.yaml": "include: [b.yaml]\n" + WEB, "b.yaml": "include: [compose.yaml]\n"},
    "includes of includes": {
        "compose.yaml": "include: [i0.yaml, i0.yaml]\n" + WEB,
        **{f"i{n}.yaml": f"include: [i{n + 1}.yaml, i{n + 1}.yaml]\n" for n in range(60)},
        "i60.yaml": "services: {}\n",
    },
    "extends in a circle": {"compose.yaml": "services: {a: {extends: b}, b: {extends: a}}"},
    "a chain of extends": {
        "compose.yaml": "services: {" + "".join(f"s{n}: {{extends: s{n + 1}}}, " for n in range(2000)) + "s2000: {}}"
    },
    "zeros": {"compose.yaml": "\0" * 1000},
    "not UTF-8": {"compose.yaml": "\udcff"},
    "a surrogate": {"compose.yaml": WEB + 'x-a: "\\uD800"'},
}


@pytest.mark.parametrize("what", INPUTS)
def test_no_input_is_too_much(what: str) -> None:
    contents = {path: text.encode(errors="surrogateescape") for path, text in INPUTS[what].items()}
    source = ComposeSource(ProjectFiles(contents))
    begun = time.process_time()

    with pytest.raises(InvalidCompose) as invalid:
        load(source, {})

    assert time.process_time() - begun < SECONDS
    assert 0 < len(str(invalid.value)) < 100_000


def test_a_spec_that_is_an_object_has_the_same_bounds() -> None:
    """The API server gives what kubectl has parsed: no aliases, but depth and size."""
    deep: Any = "x"
    for _ in range(50_000):
        deep = [deep]
    with pytest.raises(InvalidCompose, match="nest"):
        load(ComposeSource(ProjectFiles({}), inline={"services": {"web": {"image": "a"}}, "x-deep": deep}), {})
