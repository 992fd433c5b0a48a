"""The file that the project starts from, with a web program that counts visits in redis."""

from __future__ import annotations

import re

from tests.e2e.images.catalog import WEB
from tests.e2e.running import Running
from tests.integration.test_seed import SEED


def test_the_seed_counts_visits(stacks: Running) -> None:
    stacks.apply("hits", SEED, images={"web": WEB})

    stacks.ready("hits")

    assert [visit(stacks) for _ in range(3)] == [1, 2, 3]


def visit(stacks: Running) -> int:
    """Ask the published port, and return the number of visits."""
    page = stacks.page("web", port=5000)
    seen = re.search(r"seen (\d+) times", page)
    assert seen, page
    return int(seen[1])
