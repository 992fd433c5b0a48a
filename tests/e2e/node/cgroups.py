"""The cgroups below which a node's pods run: one in each hierarchy (version 1), or one (version 2)."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")


class Cgroups:
    """Those of one node, called after its state directory, so that whoever knows that finds them again."""

    def __init__(self, state: Path) -> None:
        self.name = f"composestack-{hashlib.sha256(str(state).encode()).hexdigest()[:8]}"

    def create(self) -> None:
        """Make them. Those that are there already stay."""
        for hierarchy in _hierarchies():
            (hierarchy / self.name).mkdir(exist_ok=True)

    def remove(self, timeout: float = 20) -> None:
        """Remove them with all below. The processes in them must have ended; their memory may take a moment longer."""
        deadline = time.monotonic() + timeout
        while left := [group for group in self.present() if not _removed(group)]:
            if time.monotonic() > deadline:
                raise TimeoutError(f"cgroups are still in use: {', '.join(map(str, left))}")
            time.sleep(0.1)

    def present(self) -> list[Path]:
        """Return those that are there."""
        return [group for hierarchy in _hierarchies() if (group := hierarchy / self.name).is_dir()]


def _hierarchies() -> Iterator[Path]:
    if (ROOT / "cgroup.controllers").exists():
        yield ROOT
        return
    seen = set[Path]()
    for entry in sorted(ROOT.iterdir()):
        if entry.resolve().is_mount() and entry.resolve() not in seen:  # `cpuacct` may be a link to `cpu,cpuacct`
            seen.add(entry.resolve())
            yield entry.resolve()


def _removed(group: Path) -> bool:
    below = sorted((path for path in group.rglob("*") if path.is_dir()), reverse=True)
    for directory in (*below, group):
        with contextlib.suppress(OSError):
            directory.rmdir()
    return not group.exists()
