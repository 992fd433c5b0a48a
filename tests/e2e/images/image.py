"""What an image is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Image:
    """A root file system with one layer, and what to run in it.

    `root` is a folder that is copied as it is. `files` are further files by absolute path: another file, or text; all
    of them can be executed. `owners` are users (by number) who own a folder, which is made if it is not there.
    """

    name: str
    """As a Compose file writes it: `redis:alpine`."""
    root: Path | None = None
    files: Mapping[str, Path | str] = field(default_factory=dict)
    owners: Mapping[str, int] = field(default_factory=dict)
    entrypoint: Sequence[str] = ()
    command: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    directory: str = ""
    stop_signal: str = ""

    @property
    def reference(self) -> str:
        """The full name, as a container runtime completes it."""
        first, _, rest = self.name.partition("/")
        if not rest:
            return f"docker.io/library/{self.name}"
        return self.name if {".", ":"} & set(first) or first == "localhost" else f"docker.io/{self.name}"
