"""What the admin's policy could allow is refused by name: the user reads which key, and the key is there."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from composestack.translate import policy
from composestack.translate.expansion import AS_SERVICES
from composestack.translate.plan import translate
from composestack.translate.policy import Policy, allowed_by, attributes
from composestack.translate.refusal import Refusal, Refused
from composestack.translate.translators import CATALOG
from composestack.translate.unsupported import UNSUPPORTED
from tests.golden.cases import CASES, load_case

CHART = Path(__file__).parents[2] / "charts" / "composestack"
KEY = re.compile(r"policy\.(\w+)")


def refusals(folder: Path) -> tuple[Refusal, ...]:
    """Return what is refused of a golden case."""
    case = load_case(folder)
    try:
        translate(case.project, case.scope)
    except Refused as refused:
        return refused.problems
    return ()


ALL = [problem for folder in CASES if (folder / "refusal.txt").exists() for problem in refusals(folder)]
BY_POLICY = [problem for problem in ALL if re.search(r"\badmin\b|\bpolicy of this cluster\b", str(problem))]


def test_the_golden_stacks_are_refused_things_by_policy() -> None:
    assert len(BY_POLICY) > 15


@pytest.mark.parametrize("problem", BY_POLICY, ids=lambda problem: problem.path)
def test_a_refusal_by_policy_names_a_key_that_exists(problem: Refusal) -> None:
    keys = KEY.findall(problem.remedy)

    assert keys and set(keys) <= set(Policy.model_fields)
    assert problem.remedy.partition(", or ask the admin")[0]


def pattern_of(path: str) -> str:
    """Return the beginning of the path of an attribute, with `*` for keys and `[]` for indices."""
    if path.startswith("x-"):
        return path
    section, _, rest = re.sub(r"\[\d+\]", "[]", path).split(".", 2)
    pattern = f"{section}.*.{rest}"
    prefix = next((prefix for prefix in AS_SERVICES if pattern.startswith(prefix)), None)
    return pattern if prefix is None else f"services.*.{pattern.removeprefix(prefix)}"


OF_ATTRIBUTES = [each for each in BY_POLICY if not each.path.startswith("spec.") and ".labels." not in each.path]


@pytest.mark.parametrize("problem", OF_ATTRIBUTES, ids=lambda problem: problem.path)
def test_explain_names_the_same_key_at_that_attribute(problem: Refusal) -> None:
    (key,) = KEY.findall(problem.remedy)
    where = pattern_of(problem.path)

    assert any(where.startswith(path) or path.startswith(where) for path in attributes(key))


GIVING = [key for key in Policy.model_fields if attributes(key)]


@pytest.mark.parametrize("key", GIVING)
def test_a_key_is_about_attributes_that_there_are(key: str) -> None:
    known = {*CATALOG.by_path, *UNSUPPORTED}

    assert set(attributes(key)) <= known
    assert all(key in allowed_by(path) for path in attributes(key))


def test_every_key_lifts_a_refusal_of_a_golden_stack() -> None:
    named = {key for problem in BY_POLICY for key in KEY.findall(problem.remedy)}

    assert set(GIVING) - named == {"stop_signals"}  # without it, a notice


TRANSLATE = Path(inspect.getfile(policy)).parent
SOURCES = {path: path.read_text() for path in TRANSLATE.rglob("*.py")}


def keys_of_refusals() -> Iterator[str]:
    """Yield the key of each call of `forbidden`; `.*` stands for what is only known when it runs."""
    for text in SOURCES.values():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "forbidden":
                key = node.args[2]
                parts = key.values if isinstance(key, ast.JoinedStr) else [key]
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else ".*" for part in parts)


def test_every_refusal_by_policy_in_the_code_has_a_key() -> None:
    found = set(keys_of_refusals())

    assert len(found) > 12
    assert [key for key in found if not any(re.fullmatch(key, known) for known in Policy.model_fields)] == []


def test_nobody_else_sends_people_to_the_admin() -> None:
    """All go through `forbidden`, which names the key."""
    assert [path.name for path, text in SOURCES.items() if "ask the admin" in text] == ["policy.py"]


def test_the_chart_takes_what_the_operator_takes() -> None:
    """The schema of the values is that of the model: its types, patterns and names."""
    values = json.loads((CHART / "values.schema.json").read_text())
    model = Policy.model_json_schema(mode="validation")["properties"]

    told = values["properties"]["policy"]["properties"]
    assert {key: _plain(schema) for key, schema in told.items()} == {key: _plain(model[key]) for key in model}
    assert values["properties"]["policy"]["additionalProperties"] is False


def _plain(schema: Any) -> Any:
    """Return a schema as the chart has it: without titles and defaults, lists as sets, mappings by their names."""
    if not isinstance(schema, dict):
        return schema
    left_out = {"title", "default", "description"}
    plain = {name: _plain(value) for name, value in schema.items() if name not in left_out}
    if plain.get("type") == "array":
        plain["uniqueItems"] = True
    if "enum" in plain:
        plain.pop("type", None)
    if "patternProperties" in plain:
        ((pattern, value),) = plain.pop("patternProperties").items()
        plain |= {"propertyNames": {"pattern": pattern}, "additionalProperties": value}
    return plain
