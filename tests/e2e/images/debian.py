"""Root file systems from Debian packages and all that they depend on, whatever this machine has installed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.cluster.build import cache, one_builder

UNUSED = ("libllvm", "libperl", "libz3", "locales", "perl-modules", "usrmerge")
"""How the packages begin that are large, and needed by no program here as it runs."""

UNREAD = ("usr/share/doc", "usr/share/locale", "usr/share/man", "usr/share/info")


class NoPackages(Exception):
    """Debian's packages cannot be had here. The message carries what apt said."""


def root(*packages: str) -> Path:
    """Return a folder with these packages unpacked, and with busybox for what they lack; it is made once."""
    archives = _archives([*packages, "busybox"])
    key = hashlib.sha256("\n".join(archives).encode()).hexdigest()[:16]
    folder = cache() / "e2e" / "roots" / key
    with one_builder("roots", print):
        if not folder.exists():
            unfinished = folder.with_suffix(f".{os.getpid()}")
            _apt(_store(), "--download-only", *packages, "busybox")
            _unpack([_store() / archive for archive in archives], unfinished)
            _fill_up(unfinished)
            unfinished.rename(folder)
    return folder


def _archives(packages: Sequence[str]) -> list[str]:
    """Return the names of the archives that a machine with nothing on it would need."""
    listed = _apt(Path("/nonexistent"), "--print-uris", *packages)
    names = [line.split()[1] for line in listed.splitlines() if line.startswith("'")]
    return sorted(name for name in names if not name.startswith(UNUSED))


def _apt(archives: Path, *arguments: str) -> str:
    nothing_installed = _store() / "status"
    nothing_installed.touch()
    options = {
        "Dir::State::status": nothing_installed,
        "Dir::Cache::archives": archives,
        "Debug::NoLocking": "1",
        "APT::Install-Recommends": "false",
    }
    flags = [f"-o{name}={value}" for name, value in options.items()]
    command = ["apt-get", "-qq", "--yes", *flags, "install", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoPackages(f"apt-get cannot find or fetch packages; run `apt-get update` first\n{done.stderr[-2000:]}")
    return done.stdout


def _store() -> Path:
    store = cache() / "e2e" / "archives"
    (store / "partial").mkdir(parents=True, exist_ok=True)
    return store


def _unpack(archives: Sequence[Path], folder: Path) -> None:
    for name in ("bin", "lib", "lib64", "sbin"):  # since Debian 12, all programs and libraries are below /usr
        (folder / "usr" / name).mkdir(parents=True)
        (folder / name).symlink_to(f"usr/{name}")
    (folder / "tmp").mkdir(mode=0o1777)
    (folder / "tmp").chmod(0o1777)
    for archive in archives:
        content = subprocess.run(["dpkg-deb", "--fsys-tarfile", archive], capture_output=True, check=True).stdout
        extract = ["tar", "--extract", "--keep-directory-symlink", f"--directory={folder}"]
        subprocess.run(extract, input=content, check=True)
    for name in UNREAD:
        shutil.rmtree(folder / name, ignore_errors=True)


def _fill_up(folder: Path) -> None:
    """Add users, and links to busybox for each program that is not there."""
    programs = folder / "usr" / "bin"
    listed = subprocess.run([programs / "busybox", "--list"], capture_output=True, text=True, check=True).stdout
    for name in listed.split():
        if not any(
            (folder / "usr" / place / name).is_symlink() or (folder / "usr" / place / name).exists()
            for place in ("bin", "sbin")
        ):
            (programs / name).symlink_to("busybox")
    etc = folder / "etc"
    etc.mkdir(exist_ok=True)
    users = {"root": 0, "postgres": 70, "redis": 999, "nginx": 101, "nobody": 65534}
    (etc / "passwd").write_text("".join(f"{name}:x:{n}:{n}::/tmp:/bin/sh\n" for name, n in users.items()))
    (etc / "group").write_text("".join(f"{name}:x:{n}:\n" for name, n in users.items()))
    (etc / "nsswitch.conf").write_text("hosts: files dns\n")
