"""The image of the operator, as its Dockerfile makes it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.cluster.build import cache, one_builder
from tests.e2e.images.catalog import python
from tests.e2e.images.dockerfile import execute
from tests.e2e.images.image import Image

PROJECT = Path(__file__).parents[3]


def operator() -> Path:
    """Return an archive of the image, by the name that the chart gives it. It is made once for the same sources.

    Raises BuildFailed with the words of the builder.
    """
    chart = yaml.safe_load((PROJECT / "charts" / "composestack" / "Chart.yaml").read_text())
    image, base = Image(f"composestack:{chart['appVersion']}"), python()
    key = hashlib.sha256(repr((base.name, base.root)).encode())
    for source in _sources():
        key.update(f"\0{source.relative_to(PROJECT)}\0".encode() + source.read_bytes())
    archive = cache() / "e2e" / "operator" / f"{key.hexdigest()[:16]}.tar"
    with one_builder("operator", print):
        if not archive.exists():
            _make(archive, image, base)
    return archive


def _make(archive: Path, image: Image, base: Image) -> None:
    archive.parent.mkdir(parents=True, exist_ok=True)
    for older in archive.parent.glob("*.tar"):  # of other sources, and large
        older.unlink()
    unfinished = archive.with_suffix(f".{os.getpid()}")
    version = base.name.removeprefix("python:").removesuffix("-slim")
    execute(PROJECT, unfinished, image=image, base=base, arguments={"PYTHON": version})
    unfinished.rename(archive)


def _sources() -> Iterator[Path]:
    """Return the Dockerfile and all files that it may copy, as .dockerignore says."""
    lines = (PROJECT / ".dockerignore").read_text().splitlines()
    for path in ("Dockerfile", ".dockerignore", *(line[1:] for line in lines if line.startswith("!"))):
        below = sorted((PROJECT / path).rglob("*")) if (PROJECT / path).is_dir() else [PROJECT / path]
        yield from (file for file in below if file.is_file() and not _ignored(file))


def _ignored(file: Path) -> bool:
    return any(part == "__pycache__" or part.endswith(".egg-info") for part in file.parts)
