"""The page of differences says what the catalog says, and names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

from composestack.translate.catalog import Catalog, Translator
from composestack.translate.contribution import NOTHING
from tests.contract.differences import BEGIN, PAGE, page

E2E = Path(__file__).parents[1] / "e2e"


def test_the_page_is_in_step() -> None:
    assert BEGIN in PAGE.read_text()
    assert PAGE.read_text() == page(PAGE.read_text()), "run `make generate`"


def test_a_caveat_is_told_once_for_the_attributes_that_docker_has() -> None:
    paths = ("services.*.b", "services.*.a", "services.*.x-kubernetes.c")
    told: Translator[object] = Translator(lambda element, stack: NOTHING, paths, caveat="It is | not the same.")
    silent: Translator[object] = Translator(lambda element, stack: NOTHING, ("services.*.d",))

    text = page(f"Before.\n{BEGIN}old", Catalog([told, silent]))

    assert text.startswith(f"Before.\n{BEGIN}\n")
    assert text.endswith("|---|---|\n| `services.*.a`, `services.*.b` | It is \\| not the same. |\n")


def test_the_tests_that_it_names_are_there() -> None:
    named = set(re.findall(r"`(test_\w+\.py)`", PAGE.read_text()))

    assert named
    assert {name for name in named if not (E2E / name).exists()} == set()
