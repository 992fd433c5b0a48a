"""A project directory on disk, seen as a ComposeStack would carry it: text and binary files by relative path, and
nothing from outside.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from pathlib import Path

from composestack.compose.source import ProjectDirectory


class DirectoryOnDisk:
    """Implements the ProjectDirectory of compose/source.py. Symbolic links count only while they stay inside."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def read(self, path: str) -> bytes | None:
        """Return the content of the file at `path`, or None if it is no file inside the directory. Raises OSError if it
        cannot be read.
        """
        place = self._inside(self._root / posixpath.normpath(path))
        return place.read_bytes() if place is not None and place.is_file() else None

    def below(self, path: str) -> Sequence[str]:
        """Return the sorted paths of all files below the directory `path`."""
        start = self._inside(self._root / posixpath.normpath(path))
        if start is None or not start.is_dir():
            return ()
        files = (place for place in start.rglob("*") if place.is_file() and self._inside(place) is not None)
        return sorted(place.relative_to(self._root).as_posix() for place in files)

    def confidential(self, path: str) -> bool:
        """Tell whether the file at `path` was given as a secret: a disk does not say so."""
        return False

    def relative(self, path: Path) -> str | None:
        """Return the path of a file relative to the directory, or None if it lies outside."""
        place = self._inside(path)
        return None if place is None else place.relative_to(self._root).as_posix()

    def _inside(self, path: Path) -> Path | None:
        try:
            place = path.resolve()
        except (OSError, RuntimeError):  # a symbolic link that leads to itself
            return None
        return place if place.is_relative_to(self._root) else None


class RecordedDirectory:
    """A project directory that remembers which files were read: those that the application needs."""

    def __init__(self, directory: ProjectDirectory) -> None:
        self._directory = directory
        self.contents: dict[str, bytes] = {}
        """What was read, by normalised path."""

    def read(self, path: str) -> bytes | None:
        """Return the content of the file at `path`, or None if there is no such file."""
        content = self._directory.read(path)
        if content is not None:
            self.contents[posixpath.normpath(path)] = content
        return content

    def below(self, path: str) -> Sequence[str]:
        """Return the sorted paths of all files below the directory `path`."""
        return self._directory.below(path)

    def confidential(self, path: str) -> bool:
        """Tell whether the file at `path` was given as a secret."""
        return self._directory.confidential(path)
