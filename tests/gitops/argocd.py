"""The code of Argo CD, in a process of its own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cluster.build import Report, built

Object = Mapping[str, Any]


def build(report: Report = print) -> Path:
    """Return the program; build it first if it is not in the cache. Raises BuildFailed, or NoGo."""
    return built(Path(__file__).parent / "programs", "argocd", report=report)


def health(program: Path, script: Path, objects: Iterable[Object]) -> list[dict[str, str]]:
    """Return `status` and `message` of each object, by a script for its kind."""
    answers: list[dict[str, str]] = _ask([program, "health", script], objects)
    return answers


@dataclass(frozen=True)
class Application:
    """What an Application of Argo CD looks after: the objects that its repository has, and what else is marked as its
    own.
    """

    program: Path
    kubeconfig: Path
    manifest: Path
    tracking: str = "annotation"
    server_side: bool = False

    def compare(self, objects: Iterable[Object]) -> dict[str, str]:
        """Return how each object of the application compares: Synced, OutOfSync, Missing, or Pruned if Git has it no
        more.
        """
        return {each["object"]: each["status"] for each in _ask(self._command("compare"), objects)}

    def sync(self, objects: Iterable[Object]) -> dict[str, str]:
        """Make the cluster what the objects say. Returns what became of each: Synced, SyncFailed, Pruned, …"""
        return {each["object"]: each["status"] for each in _ask(self._command("sync"), objects)}

    def _command(self, command: str) -> list[str | Path]:
        return [
            self.program,
            command,
            f"-kubeconfig={self.kubeconfig}",
            f"-application={self.manifest}",
            f"-tracking={self.tracking}",
            f"-server-side={str(self.server_side).lower()}",
        ]


def _ask(command: Sequence[str | Path], objects: Iterable[Object]) -> Any:
    text = json.dumps(list(objects))
    done = subprocess.run(command, check=False, input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)
