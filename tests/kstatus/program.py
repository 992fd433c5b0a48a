"""kstatus itself, in a process of its own. The Go program is built once for each version of its sources."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.cluster.build import built


def build() -> Path:
    """Return the program; build it first if it is not in the cache. Raises BuildFailed, or NoGo."""
    return built(Path(__file__).parent, "kstatus")


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
