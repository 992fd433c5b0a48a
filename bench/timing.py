"""CPU times. Ratios of one run say more than the times, which depend on the machine and on what else it does."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from composestack.cli.main import GC_THRESHOLDS


def milliseconds(runs: Sequence[Callable[[], object]], repeat: int) -> list[float]:
    """Return the shortest CPU time of each of some functions, which take turns."""
    times: list[list[float]] = [[] for _ in runs]
    for _ in range(repeat):
        for run, mine in zip(runs, times, strict=True):
            begin = time.process_time()
            run()
            mine.append(time.process_time() - begin)
    return [min(mine) * 1000 for mine in times]


@contextmanager
def collected_as_in_a_process() -> Iterator[None]:
    """Look for garbage as seldom as the command line does, and with it the operator."""
    before = gc.get_threshold()
    gc.set_threshold(*GC_THRESHOLDS)
    yield
    gc.set_threshold(*before)
