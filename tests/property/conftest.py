"""What time is measured on."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="module")
def small_heap() -> Iterator[None]:
    """Keep what other tests have left out of garbage collections.

    After thousands of tests each full collection walks through more objects than the operator ever has, and the time
    that a load takes here would be theirs.
    """
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
