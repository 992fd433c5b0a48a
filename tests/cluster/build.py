"""Build the cluster's programs from their Go modules, once for each version of their sources.

The first build takes some minutes on two cores and downloads the Go modules; afterwards the binary is in the cache.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cluster.toolchain import SOURCES, find_go

ENVIRONMENT = {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly", "GOWORK": "off"}

INTERVAL = 10.0
"""Seconds between two lines of progress."""

Report = Callable[[str], None]


class BuildFailed(Exception):
    """The Go build failed. The message carries the compiler's words."""


def cache() -> Path:
    """Return the cache directory: $COMPOSESTACK_CACHE, or `.cache/` beside the sources of the project."""
    return Path(os.environ.get("COMPOSESTACK_CACHE") or Path(__file__).parents[2] / ".cache").absolute()


def flags() -> tuple[str, ...]:
    """Return the flags of the build: no symbols, and the version that Kubernetes shall say it has."""
    match = re.search(r"k8s\.io/kubernetes (v(\d+)\.(\d+)\S+)", (SOURCES / "go.mod").read_text())
    if match is None:
        raise BuildFailed("go.mod does not require k8s.io/kubernetes")
    version = zip(("gitVersion", "gitMajor", "gitMinor"), match.groups(), strict=True)
    stamps = [f"-X=k8s.io/component-base/version.{name}={value}" for name, value in version]
    return ("-trimpath", f"-ldflags=-s -w {' '.join(stamps)}")


def binary() -> Path:
    """Return where the binary for the present sources lies, or would lie."""
    return cache() / "cluster" / _version(SOURCES, (flags(), ENVIRONMENT)) / "kube"


def built(sources: Path, name: str, package: str = ".", report: Report = print) -> Path:
    """Return a smaller program, built in the cache once for each version of its sources.

    `package` is the package of the program if it is not that of the sources, but one of a module that they require.
    `report` gets a line if there is something to wait for. Raises BuildFailed, or NoGo.
    """
    target = cache() / name / _version(sources, ENVIRONMENT) / name
    if target.exists():
        return target
    with one_builder(name, report):
        if not target.exists():
            report(f"building {name} (once; some minutes at most)")
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished = target.with_suffix(f".{os.getpid()}")
            go(sources, "build", *flags(), "-o", str(unfinished), package)
            unfinished.rename(target)
    return target


def go(sources: Path, *arguments: str) -> str:
    """Run go for a module and return its standard output. Raises BuildFailed, or NoGo."""
    command, environment = [str(find_go()), *arguments], os.environ | ENVIRONMENT
    done = subprocess.run(command, check=False, cwd=sources, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise BuildFailed(done.stderr[-3000:])
    return done.stdout


def _version(sources: Path, how: object) -> str:
    """Return a name for the sources in a folder and how they are built."""
    digest = hashlib.sha256(repr(how).encode())
    for source in sorted(sources.iterdir()):
        if source.suffix in {".go", ".mod", ".sum"}:
            digest.update(f"\0{source.name}\0".encode() + source.read_bytes())
    return digest.hexdigest()[:16]


def build(report: Report = print) -> Path:
    """Return the binary; build it first if it is not in the cache.

    `report` gets a line now and then while it builds. Of several callers at once, in several processes, one builds and
    the others wait for it. Raises BuildFailed, or NoGo.
    """
    target = binary()
    if target.exists():
        return target
    with one_builder("cluster", report):
        if not target.exists():
            _compile(target, report)
    return target


@contextmanager
def one_builder(name: str, report: Report) -> Iterator[None]:
    """Be the only one, of all processes, who makes something in the cache; whoever comes later waits."""
    cache().mkdir(parents=True, exist_ok=True)
    with (cache() / f"{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report(f"another process builds {name}, waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _compile(target: Path, report: Report) -> None:
    go = find_go()
    began = time.monotonic()
    report(f"building Kubernetes with {go} (once; about five minutes on two cores)")
    _run(go, "mod", "download", says=lambda _: "downloading Go modules", report=report)
    stale = _run(
        go,
        "list",
        "-deps",
        *flags(),
        "-f",
        "{{if .Stale}}{{.ImportPath}}{{end}}",
        ".",
        says=lambda _: "planning",
        report=report,
    )
    total = len(stale.split())
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(f".{os.getpid()}")

    def progress(done: int) -> str:
        return "linking" if done >= total else f"compiled {done} of {total} packages"

    _run(go, "build", "-v", *flags(), "-o", str(unfinished), ".", says=progress, report=report)
    unfinished.rename(target)
    report(f"built {target} in {_minutes(time.monotonic() - began)}")


def _run(go: Path, *arguments: str, says: Callable[[int], str], report: Report) -> str:
    """Run go; report what `says` makes of the number of lines on standard error. Returns standard output."""
    began = spoke = time.monotonic()
    environment = {**os.environ, **ENVIRONMENT}
    log = cache() / "cluster-build.log"
    with log.open("w+") as errors, log.with_suffix(".out").open("w+") as output:
        child = subprocess.Popen([go, *arguments], cwd=SOURCES, env=environment, stdout=output, stderr=errors)
        try:
            while child.poll() is None:
                time.sleep(0.2)
                if time.monotonic() - spoke >= INTERVAL:
                    spoke = time.monotonic()
                    report(f"  {says(len(log.read_text().splitlines()))}, {_minutes(spoke - began)}")
        except BaseException:
            child.terminate()
            child.wait()
            raise
        output.seek(0)
        if child.returncode:
            raise BuildFailed(f"go {arguments[0]} failed:\n{log.read_text()[-3000:]}")
        return output.read()


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d} min"
