"""Every attribute of Compose has exactly one place: loading, a translator, or the table of what is not translated.

The schema is that of the package check-jsonschema, so a new release of Compose turns this red with the new names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import pytest

from composestack.translate.catalog import Catalog, translates
from composestack.translate.contribution import NOTHING
from composestack.translate.expansion import AS_SERVICES
from composestack.translate.translators import CATALOG
from composestack.translate.unsupported import FRONT_END, UNSUPPORTED

SCHEMA: dict[str, Any] = json.loads(
    (files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json").read_text()
)


def paths(schema: Mapping[str, Any], path: str = "", within: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the path of every attribute; `x-*` are not attributes."""
    while "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name in within:
            return
        schema, within = SCHEMA["$defs"][name], (*within, name)
    for alternatives in ("oneOf", "anyOf", "allOf"):
        for alternative in schema.get(alternatives, ()):
            yield from paths(alternative, path, within)
    children = dict(schema.get("properties", {}))
    free = [child for pattern, child in schema.get("patternProperties", {}).items() if pattern != "^x-"]
    if isinstance(schema.get("additionalProperties"), dict):
        free.append(schema["additionalProperties"])
    for name, child in [*children.items(), *(("*", child) for child in free)]:
        inner = f"{path}.{name}" if path else name
        yield inner
        yield from paths(child, inner, within)
    if isinstance(schema.get("items"), dict):
        yield from paths(schema["items"], f"{path}[]", within)


ALL = frozenset(paths(SCHEMA))


def is_plain(path: str) -> bool:
    """Tell whether an attribute is a leaf. A mapping of free keys to plain values, such as `environment`, is one."""
    below = {other for other in ALL if other.startswith((f"{path}.", f"{path}[]"))}
    return below <= {f"{path}.*"} and not path.endswith(".*")


LEAVES = sorted(path for path in ALL if is_plain(path))


def places(path: str, catalog: Catalog) -> list[str]:
    """Return where an attribute is dealt with. Rows hold for everything below them, translators for one attribute.

    What has no place of its own in a step or a job has that of the same attribute of a service.
    """
    found = own_places(path, catalog)
    prefix = next((prefix for prefix in AS_SERVICES if path.startswith(prefix)), None)
    return found if found or prefix is None else own_places(f"services.*.{path.removeprefix(prefix)}", catalog)


def own_places(path: str, catalog: Catalog) -> list[str]:
    found = [f"translated by {catalog.by_path[path].name}"] if path in catalog.by_path else []
    parents = [path[:end] for end in range(1, len(path) + 1) if end == len(path) or path[end] in ".["]
    found += [f"unsupported: {parent}" for parent in parents if parent in UNSUPPORTED]
    found += [f"front end: {parent}" for parent in parents if parent in FRONT_END]
    return found


def test_the_schema_was_understood() -> None:
    assert len(LEAVES) > 300
    assert "services.*.healthcheck.test" in LEAVES
    assert "services.*.environment" in LEAVES
    assert "services.*.deploy" not in LEAVES


def test_every_attribute_has_exactly_one_place() -> None:
    wrong = {path: found for path in LEAVES if len(found := places(path, CATALOG)) != 1}

    assert wrong == {}


def test_nothing_is_declared_that_compose_does_not_have() -> None:
    declared = {path for path in (*CATALOG.by_path, *FRONT_END, *UNSUPPORTED) if "x-" not in path}

    assert declared - ALL == set()


def test_no_row_is_hidden_by_another() -> None:
    rows = {*UNSUPPORTED, *FRONT_END}

    assert [(row, other) for row in rows for other in rows if other.startswith((f"{row}.", f"{row}[]"))] == []


@pytest.mark.parametrize("path", ["services.*.new", "services.*.volumes[].new"])
def test_a_new_attribute_would_be_seen(path: str) -> None:
    assert places(path, CATALOG) == []


def test_a_second_place_would_be_seen() -> None:
    twice = Catalog([translates("services.*.logging.driver")(lambda service, stack: NOTHING)])

    assert len(places("services.*.logging.driver", twice)) == 2


def test_what_is_refused_names_a_remedy() -> None:
    assert [path for path, row in UNSUPPORTED.items() if (row.level == "refused") != bool(row.remedy)] == []
