"""What a bind mount of the project directory holds, and what it stands for when there is nothing at that path."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from composestack.compose.source import ProjectDirectory

_EXTENSION = re.compile(r".*[^.]\.(?!d$)[A-Za-z][A-Za-z0-9]*")
_FILE_NAMES = re.compile(r"\.env(\..+)?|Caddyfile|Dockerfile|Makefile")


def project_path(source: str) -> str | None:
    """Return the normal form of a path inside the project directory (`.` is the root), or None if it is none."""
    if not source or source.startswith(("/", "~")) or re.match(r"[A-Za-z]:[\\/]", source):
        return None
    path = posixpath.normpath(source)
    return None if path == ".." or path.startswith("../") else path


def files_at(directory: ProjectDirectory, path: str) -> Mapping[str, bytes]:
    """Return the files at a path of the project: all below a directory by relative path, or the one file, whose key is
    then "".

    Empty if there is nothing.
    """
    content = directory.read(path)
    if content is not None:
        return {"": content}
    start = 0 if path == "." else len(path) + 1
    return {name[start:]: directory.read(name) or b"" for name in directory.below(path)}


def looks_like_file(path: str) -> bool:
    """Tell whether the last part of a path looks like the name of a file: `nginx.conf` does, `conf.d` and `.ssh` do
    not.
    """
    name = posixpath.basename(path)
    return bool(_EXTENSION.fullmatch(name) or _FILE_NAMES.fullmatch(name))
