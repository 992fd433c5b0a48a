"""kstatus itself, in a process of its own. The Go program is built once for each version of its sources."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.cluster.build import ENVIRONMENT, BuildFailed, cache
from tests.cluster.toolchain import find_go

SOURCES = Path(__file__).parent


def build() -> Path:
    """Return the program; build it first if it is not in the cache. Raises BuildFailed, or NoGo."""
    digest = hashlib.sha256(repr(ENVIRONMENT).encode())
    for name in ("main.go", "go.mod", "go.sum"):
        digest.update(f"\0{name}\0".encode() + (SOURCES / name).read_bytes())
    target = cache() / "kstatus" / digest.hexdigest()[:16] / "kstatus"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_suffix(f".{os.getpid()}")
        command = [str(find_go()), "build", "-trimpath", "-o", str(unfinished), "."]
        environment = os.environ | ENVIRONMENT
        done = subprocess.run(command, check=False, cwd=SOURCES, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise BuildFailed(done.stderr[-3000:])
        unfinished.rename(target)
    return target


class Kstatus:
    """The built program."""

    def __init__(self, program: Path) -> None:
        self._program = program

    def compute(self, objects: Iterable[Mapping[str, Any]]) -> list[str]:
        """Return what kstatus says of each object: Current, InProgress, Failed, Terminating."""
        done = subprocess.run(
            [self._program], check=True, input=json.dumps(list(objects)), capture_output=True, text=True
        )
        return [answer["status"] for answer in json.loads(done.stdout)]
