"""What differs from Docker, attribute by attribute, as a table for its page: `python -m tests.contract.differences`
writes it. It is what the catalog says as caveats.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from composestack.translate.catalog import Catalog
from composestack.translate.translators import CATALOG

PAGE = Path(__file__).parents[2] / "docs" / "differences.md"
BEGIN = "<!-- Written by `make generate`. Do not edit. -->\n"
OURS = ("x-kubernetes", "x-internal-service-type")


def page(text: str, catalog: Catalog = CATALOG) -> str:
    """Return the text of the page with the table as it is now."""
    before, mark, _ = text.partition(BEGIN)
    return f"{before}{mark}\n{table(catalog)}"


def table(catalog: Catalog) -> str:
    """Return the table of all caveats. Attributes that Docker does not have cannot differ from it."""
    rows = sorted(f"| {', '.join(f'`{path}`' for path in paths)} | {caveat} |" for paths, caveat in _caveats(catalog))
    return "\n".join(["| Attribute | Difference |", "|---|---|", *rows]) + "\n"


def _caveats(catalog: Catalog) -> Iterator[tuple[list[str], str]]:
    for translator in catalog:
        paths = sorted(path for path in translator.paths if not any(name in path for name in OURS))
        if translator.caveat and paths:
            yield paths, translator.caveat.replace("|", r"\|")


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
