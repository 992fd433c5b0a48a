"""Execute a Dockerfile without an engine, on a base image of ours: buildah does, and leaves nothing but the archive.

The steps use this machine's network and settings of pip: an index, or certificates, may be the machine's own.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from configparser import RawConfigParser
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.cluster.build import BuildFailed
from tests.e2e.images.archive import write_image
from tests.e2e.images.image import Image

PLACE = Path("/var/lib")
"""Where buildah keeps all that it remembers. While it runs, that is a directory of ours."""

SCRIPT = f"""
set -eu
mount --bind "$1" {PLACE}
context=$2 name=$3
shift 3
export TMPDIR={PLACE}/tmp
buildah() {{ command buildah --storage-driver=vfs --runroot={PLACE}/run "$@"; }}
buildah pull docker-archive:{PLACE}/base.tar
buildah bud --pull-never --isolation=chroot --network=host --tag="$name" "$@" "$context"
buildah push "$name" "docker-archive:{PLACE}/image.tar:$name"
"""


def execute(context: Path, archive: Path, *, image: Image, base: Image, arguments: dict[str, str]) -> None:
    """Execute the Dockerfile of a directory and write what comes out as an archive under the name of `image`.

    `base` is there under its name for FROM, and `arguments` are for ARG. Raises BuildFailed with what was said.
    """
    with TemporaryDirectory(dir=archive.parent) as directory:
        work = Path(directory)
        (work / "tmp").mkdir()
        write_image(work / "base.tar", base)
        flags = [*_pip(work), *(f"--build-arg={name}={value}" for name, value in arguments.items())]
        alone = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
        command = [*alone, "sh", "-c", SCRIPT, "sh", directory, str(context), image.reference, *flags]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BuildFailed(f"{context / 'Dockerfile'} cannot be executed:\n{(done.stdout + done.stderr)[-3000:]}")
        shutil.move(work / "image.tar", archive)


def _pip(work: Path) -> Iterator[str]:
    """Write this machine's settings of pip to a file, and mount it in the steps, with the files that it names."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    pairs = (line.partition("=")[::2] for line in sorted(lines, key=lambda line: line.startswith(":env:")))
    settings = {name.rpartition(".")[2]: str(ast.literal_eval(value)) for name, value in pairs}
    config = RawConfigParser()
    config["global"] = settings
    with (work / "pip.conf").open("w") as file:
        config.write(file)
    yield f"--volume={PLACE}/pip.conf:/etc/pip.conf:ro"
    for value in settings.values():
        if value.startswith("/") and Path(value).exists():
            yield f"--volume={value}:{value}:ro"
