"""The values of the chart as a table for its README: `python -m tests.chart.readme` writes it.

A value's default is in values.yaml, and what it means in values.schema.json, where editors find it, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

CHART = Path(__file__).parents[2] / "charts" / "composestack"
README = CHART / "README.md"
BEGIN, END = "<!-- Written by `make generate`. Do not edit. -->\n\n", "\n`policy` is the cluster administrator's word"

WHOLE = frozenset({"resources", "metrics.dashboard.labels"})
"""Groups of values that are told of as one."""


def readme(text: str) -> str:
    """Return the text of the README with the table as it is now."""
    before, _, rest = text.partition(BEGIN)
    _, mark, after = rest.partition(END)
    return f"{before}{BEGIN}{table()}{mark}{after}"


def table() -> str:
    """Return the table of all values."""
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    schema = json.loads((CHART / "values.schema.json").read_text())
    rows = (f"| `{name}` | `{_written(value)}` | {_meaning(schema, name)} |" for name, value in leaves(values))
    return "\n".join(["| Value | Default | Meaning |", "|---|---|---|", *rows]) + "\n"


def leaves(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the dotted names of the values that are not groups of others, with their defaults."""
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and value and name not in WHOLE:
            yield from leaves(value, f"{name}.")
        else:
            yield name, value


def _written(value: Any) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=1000)
    return '""' if value == "" else text.removesuffix("...\n").strip()


def _meaning(schema: Mapping[str, Any], name: str) -> str:
    for part in name.split("."):
        schema = schema["properties"][part]
    return str(schema["description"])


if __name__ == "__main__":
    README.write_text(readme(README.read_text()))
