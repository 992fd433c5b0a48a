"""The same input gives the same bytes, whatever order Python's sets have: 100 processes, each with a hash seed of its
own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[2]
SEEDS = 100
RICH = (
    "kompose-pods",
    "known-ports-addressed",
    "networks",
    "pre-start",
    "refused",
    "security-refused",
    "volume-shared",
)
"""Golden stacks in which many things meet: names, ports, labels, volumes, and what is refused."""
PROGRAM = f"""
import hashlib
from tests.golden.cases import GOLDEN, load_case
from composestack.translate.plan import translate
from composestack.translate.refusal import Refused
for name in {RICH!r}:
    case = load_case(GOLDEN / name)
    try:
        said = repr(translate(case.project, case.scope))
    except Refused as refused:
        said = repr(refused.problems)
    print(name, hashlib.sha256(said.encode()).hexdigest())
print(",".join({{"a", "b", "c", "d", "e", "f", "g", "h"}}))
"""


def run(seed: int) -> list[str]:
    environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, cwd=ROOT, capture_output=True, check=True)
    return done.stdout.decode().splitlines()


def test_a_hundred_hash_seeds_give_the_same_bytes() -> None:
    with ThreadPoolExecutor(max_workers=2) as pool:
        *outcomes, orders = zip(*pool.map(run, range(SEEDS)), strict=True)

    assert [name for name, *others in map(set, outcomes) if others] == []
    assert len(set(orders)) > SEEDS / 2, "the seeds did not change the order of a set"
