"""Images as archives in the form of `docker save`, which containerd imports.

https://github.com/moby/docker-image-spec/blob/main/v1.2.md#combined-image-json--filesystem-changeset-format
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path, PurePosixPath
from typing import IO, Any

from tests.e2e.images.image import Image


def write_image(archive: Path, image: Image) -> None:
    """Write the archive of an image."""
    layer = archive.with_suffix(".layer")
    _write_layer(layer, image)
    with layer.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    manifest = [{"Config": "config.json", "RepoTags": [image.reference], "Layers": ["layer.tar"]}]
    with tarfile.open(archive, "w") as tar:
        _add(tar, "manifest.json", json.dumps(manifest).encode())
        _add(tar, "config.json", json.dumps(_config(image, digest)).encode())
        tar.add(layer, "layer.tar")
    layer.unlink()


def _config(image: Image, layer: str) -> dict[str, Any]:
    environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", **image.environment}
    config = {
        "Env": [f"{name}={value}" for name, value in environment.items()],
        "Entrypoint": list(image.entrypoint) or None,
        "Cmd": list(image.command) or None,
        "User": image.user,
        "WorkingDir": image.directory,
        "StopSignal": image.stop_signal,
    }
    return {
        "architecture": "amd64",
        "os": "linux",
        "config": {key: value for key, value in config.items() if value},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer}"]},
    }


def _write_layer(path: Path, image: Image) -> None:
    with tarfile.open(path, "w") as tar:
        if image.root is not None:
            for entry in sorted(image.root.iterdir()):
                tar.add(entry, entry.name, filter=_of_root)
        for name, content in image.files.items():
            data = content.read_bytes() if isinstance(content, Path) else content.encode()
            _add(tar, name.lstrip("/"), data, mode=0o755)
        for name, owner in image.owners.items():
            _add_folder(tar, name, owner)


def _of_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry


def _add(tar: tarfile.TarFile, name: str, data: bytes, mode: int = 0o644) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), mode
    content: IO[bytes] = io.BytesIO(data)
    tar.addfile(entry, content)


def _add_folder(tar: tarfile.TarFile, name: str, owner: int) -> None:
    entry = tarfile.TarInfo(str(PurePosixPath(name.lstrip("/"))))
    entry.type, entry.mode = tarfile.DIRTYPE, 0o755
    entry.uid = entry.gid = owner
    tar.addfile(entry)
