"""What a bind mount of the project directory holds, and what it stands for when there is nothing at that path."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from composestack.compose.source import ProjectDirectory
from composestack.translate.names import content_hash, short_hash

_KEY = re.compile(r"(?!\.\.)[-._a-zA-Z0-9]{1,253}")
_EXTENSION = re.compile(r".*[^.]\.(?!d$)[A-Za-z][A-Za-z0-9]*")
_FILE_NAMES = re.compile(r"\.env(\..+)?|Caddyfile|Dockerfile|Makefile")


@lru_cache(maxsize=4096)
def project_path(source: str) -> str | None:
    """Return the normal form of a path inside the project directory (`.` is the root), or None if it is none."""
    if not source or source.startswith(("/", "~")) or re.match(r"[A-Za-z]:[\\/]", source):
        return None
    path = posixpath.normpath(source)
    return None if path == ".." or path.startswith("../") else path


def files_at(directory: ProjectDirectory, path: str) -> Mapping[str, bytes]:
    """Return the files at a path of the project: those below a directory by relative path, or one file by ""."""
    content = directory.read(path)
    if content is not None:
        return {"": content}
    start = 0 if path == "." else len(path) + 1
    return {name[start:]: directory.read(name) or b"" for name in directory.below(path)}


class Bundle(NamedTuple):
    """Files as a ConfigMap holds them: the key of each path (of one bound file, its name), and the content by key.

    `executable` are the paths of scripts: a project directory has no modes, but a file that starts with `#!` is one.
    With a `confidential` file among them it has to be a Secret.
    """

    keys: Mapping[str, str]
    content: Mapping[str, bytes]
    executable: frozenset[str]
    suffix: str
    confidential: bool

    def holds(self, path: str) -> bool:
        """Tell whether there is a file or directory at a path."""
        return any(name == path or name.startswith(f"{path}/") for name in self.keys)


def bundle(directory: ProjectDirectory, path: str) -> Bundle | None:
    """Return the files at a path of the project for a ConfigMap or Secret, or None if there is nothing."""
    found = files_at(directory, path)
    if not found:
        return None
    files = {name or posixpath.basename(path): content for name, content in found.items()}
    keys = {name: _key(name) for name in sorted(files)}
    content = {keys[name]: files[name] for name in keys}
    scripts = frozenset(name for name in keys if files[name].startswith(b"#!"))
    confidential = any(directory.confidential(posixpath.join(path, name)) for name in found)
    return Bundle(keys, content, scripts, content_hash(content), confidential)


def _key(path: str) -> str:
    """Return a key of a ConfigMap for a path: the path itself if it can be one, else one with a hash."""
    if _KEY.fullmatch(path):
        return path
    return f"{re.sub('[^-._a-zA-Z0-9]', '_', path).lstrip('.')[:200]}-{short_hash(path)}"


def looks_like_file(path: str) -> bool:
    """Tell whether the last part of a path looks like that of a file: `nginx.conf` does, `conf.d` and `.ssh` do not."""
    name = posixpath.basename(path)
    return bool(_EXTENSION.fullmatch(name) or _FILE_NAMES.fullmatch(name))
