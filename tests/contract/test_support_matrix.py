"""The support matrix says what the code does."""

from __future__ import annotations

from pathlib import Path

from composestack.translate.explanation import as_markdown, explain, explanations
from composestack.translate.translators import CATALOG
from composestack.translate.unsupported import FRONT_END, UNSUPPORTED

MATRIX = Path(__file__).parents[2] / "docs" / "support-matrix.md"


def test_the_matrix_is_in_step() -> None:
    assert MATRIX.read_text() == as_markdown(explanations()), "run `make generate`"


def test_every_declared_attribute_is_explained() -> None:
    declared = {*CATALOG.by_path, *UNSUPPORTED, *FRONT_END}

    assert {path for path in declared if path not in {each.path for each in explain(path)}} == set()
