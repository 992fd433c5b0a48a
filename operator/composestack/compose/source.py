"""The virtual project directory: all that loading may read."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from composestack.compose.problems import InvalidCompose, Problem


class ProjectDirectory(Protocol):
    """The files of a Compose project by relative path (`/` separated, normalised, never above the root)."""

    def read(self, path: str) -> bytes | None:
        """Return the content of the file at `path`, or None if there is no such file (a directory is not a file)."""

    def below(self, path: str) -> Sequence[str]:
        """Return the sorted paths of all files below the directory `path` ("." is the root); empty if there is none."""

    def confidential(self, path: str) -> bool:
        """Tell whether the file at `path` was given as a secret."""


class ProjectFiles:
    """A project directory held in memory. `confidential` are the paths of files that were given as secrets."""

    def __init__(self, files: Mapping[str, bytes], confidential: Collection[str] = ()) -> None:
        self._files = dict(files)
        self._confidential = frozenset(confidential)
        self._paths = sorted(self._files)

    @classmethod
    def from_text(cls, files: Mapping[str, str]) -> ProjectFiles:
        """Build one from text by path. Raises InvalidCompose as `inside` does."""
        return cls.inside({path: text.encode() for path, text in files.items()})

    @classmethod
    def inside(cls, files: Mapping[str, bytes], confidential: Collection[str] = ()) -> ProjectFiles:
        """Build one from contents by path. Raises InvalidCompose for paths that are absolute or leave the directory."""
        normal = {path: posixpath.normpath(path) for path in files}
        problems = [
            Problem(
                "files", 0, 0, path, "is not a path inside the project directory; write it relative and without '..'"
            )
            for path, clean in normal.items()
            if path.startswith("/") or clean in {".", ".."} or clean.startswith("../")
        ]
        if problems:
            raise InvalidCompose(problems)
        return cls({normal[path]: content for path, content in files.items()}, {normal[path] for path in confidential})

    def read(self, path: str) -> bytes | None:
        """Return the content of the file at `path`, or None if there is none."""
        return self._files.get(posixpath.normpath(path))

    def below(self, path: str) -> Sequence[str]:
        """Return the sorted paths of all files below the directory `path`."""
        prefix = posixpath.normpath(path) + "/"
        if prefix == "./":
            return self._paths
        start = bisect_left(self._paths, prefix)
        end = next(
            (i for i in range(start, len(self._paths)) if not self._paths[i].startswith(prefix)), len(self._paths)
        )
        return self._paths[start:end]

    def confidential(self, path: str) -> bool:
        """Tell whether the file at `path` was given as a secret."""
        return bool(self._confidential) and posixpath.normpath(path) in self._confidential


@dataclass(frozen=True, slots=True)
class ComposeSource:
    """One Compose application before loading: where its text is and how Docker's command line would be called.

    `inline` is the application itself, as a string of Compose YAML or as an already parsed object; it comes before
    `compose_files`. With neither, Compose's own discovery looks for `compose.yaml` and its siblings (Compose CLI
    reference, "-f"). `name` is the project name where no file says another. `env_files` None means: `.env` if it is
    there.
    """

    directory: ProjectDirectory
    inline: str | Mapping[str, Any] | None = None
    compose_files: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    name: str = "project"
    env_files: tuple[str, ...] | None = None
    project_name: str | None = None
    """Wins over what the files say (`-p`)."""
    project_directory: str | None = None
    """Where relative paths count from (`--project-directory`); by default the directory of the first file."""
    root: str | None = None
    """The absolute path for which the root of `directory` stands. With it the paths of the result are absolute."""
    from_root: bool = False
    """Whether the relative paths of the result count from the root of `directory`, wherever the first file is."""
    home: str | None = None
    """What `~` stands for in the paths of included and extended files, and of all files if there is a `root`."""
    resolve_environment: bool = True
    """Whether `env_file` is read and merged into `environment`."""
    keep_unused: bool = False
    """Whether networks, volumes, secrets, configs and models stay that no active service uses."""
    steps_count: bool = False
    """Whether those stay that only `pre_start` steps use. To docker compose they are unused."""
