"""The virtual project directory: all that loading may read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class ProjectDirectory(Protocol):
    """The files of a Compose project by relative path (`/` separated, normalised, never above the root)."""

    def read(self, path: str) -> bytes | None:
        """Return the content of the file at `path`, or None if there is no such file (a directory is not a file)."""

    def below(self, path: str) -> Sequence[str]:
        """Return the sorted paths of all files in the directory `path` ("." is the root) and its subdirectories; empty if there are none."""


@dataclass(frozen=True, slots=True)
class ComposeSource:
    """One Compose application before loading: where its text is and how Docker's command line would be called.

    `inline` is the application itself, as a string of Compose YAML or as an already parsed object; it comes before `compose_files`.
    With neither, Compose's own discovery looks for `compose.yaml` and its siblings (Compose CLI reference, "-f").
    `name` is the project name where no file says another. `env_files` None means: `.env` if it is there.
    """

    directory: ProjectDirectory
    inline: str | Mapping[str, Any] | None = None
    compose_files: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    name: str = "project"
    env_files: tuple[str, ...] | None = None
