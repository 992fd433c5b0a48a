"""compose-go in a process of its own. The Go program is built once for each version of its sources."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.cluster.build import built
from tests.conformance.case import HOME


def build() -> Path:
    """Return the program; build it first if it is not in the cache. Raises BuildFailed, or NoGo."""
    return built(Path(__file__).parent, "differential")


@dataclass(frozen=True)
class Answer:
    """The model as JSON or YAML text, or why there is none. `crashed`: the reference has no answer."""

    model: Any = None
    error: str = ""
    crashed: bool = False


class Reference:
    """The running program. Not for several threads."""

    def __init__(self, program: Path) -> None:
        self._process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={"HOME": HOME, **_temporary()}
        )

    def __enter__(self) -> Reference:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate()
        assert self._process.returncode == 0

    def load(self, request: dict[str, Any]) -> Answer:
        """Load one project; main.go has the keys of the request."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return Answer(answer.get("model"), answer.get("error", ""), answer.get("panic", False))


def _temporary() -> dict[str, str]:
    return {"TMPDIR": os.environ["TMPDIR"]} if "TMPDIR" in os.environ else {}
