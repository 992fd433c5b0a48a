"""Bind mounts: files of the project, directories that are empty at first, and what a cluster has no host for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from typing import Any

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Mount, Service
from composestack.compose.problems import Notice
from composestack.translate import labels
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution, combine
from composestack.translate.names import content_hash, object_name, path_label, short_hash
from composestack.translate.objects.config_map import LIMIT, config_map, size
from composestack.translate.project_files import looks_like_file, project_path
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack

ENGINE_SOCKETS = {"docker.sock", "podman.sock", "containerd.sock", "crio.sock"}
TIME_ZONE_FILES = {"/etc/localtime", "/etc/timezone"}
PRIVATE = {None, "", "private", "rprivate"}
_KEY = re.compile(r"(?!\.\.)[-._a-zA-Z0-9]{1,253}")
_EXECUTABLE = 0o755


@translates(
    "services.*.volumes[].bind.create_host_path",
    "services.*.volumes[].bind.propagation",
    considers=(
        "services.*.volumes[].type",
        "services.*.volumes[].source",
        "services.*.volumes[].target",
        "services.*.volumes[].read_only",
    ),
    caveat="Project files are read-only; an absent directory is a volume; paths of a node need the admin's policy.",
)
def bind_mounts(service: Service, stack: Stack) -> Contribution:
    """What Docker takes from the host, the stack takes from its project directory (`spec.files`)."""
    parts = []
    for index, mount in enumerate(service.volumes):
        if mount.type == "bind":
            path = f"services.{service.name}.volumes[{index}]"
            inside = project_path(mount.source or "")
            if inside is None:
                parts.append(_host_path(mount, path, service.name, stack))
                continue
            parts.append(_propagation(mount, path))
            if files := stack.files(inside):
                others = [other.target for other in service.volumes if other.target and other is not mount]
                parts.append(_project_files(mount, path, files, others, stack))
            else:
                parts.append(_absent(mount, path))
    return combine(parts)


def _propagation(mount: Mount, path: str) -> Contribution:
    propagation = mount.bind.propagation if mount.bind is not None else None
    if propagation in PRIVATE:
        return NOTHING
    message = "nothing is mounted below the files of the project"
    return Contribution(notices=[Notice(f"{path}.bind.propagation", NoticeCode.IGNORED, message)])


def _host_path(mount: Mount, path: str, service: str, stack: Stack) -> Contribution:
    source = posixpath.normpath(mount.source or "")
    if posixpath.basename(source) in ENGINE_SOCKETS:
        message = f"{source} is the socket of a container engine, which a cluster does not hand out"
        return _refuse(path, message, f"leave the service out with spec.exclude: [{service}]")
    if source in TIME_ZONE_FILES and mount.read_only:
        notice = Notice(path, NoticeCode.IGNORED, f"{source} is not mounted; set the environment variable TZ instead")
        return Contribution(notices=[notice])
    allowed = any(
        source == prefix or source.startswith(f"{prefix.rstrip('/')}/") for prefix in stack.scope.policy.host_paths
    )
    if not allowed or not source.startswith("/"):
        message = f"{mount.source} is outside of the project directory, and a cluster has no such host"
        return _refuse(
            path, message, "use a named volume, or add the files to spec.files and bind them by a relative path"
        )
    propagation = mount.bind.propagation if mount.bind is not None else None
    if propagation not in PRIVATE:
        return _refuse(f"{path}.bind.propagation", f"{propagation} reaches beyond the container", "leave it out")
    create = mount.bind is None or mount.bind.create_host_path is not False
    volume = {"path": source, **({"type": "DirectoryOrCreate"} if create else {})}
    name = f"host-{path_label(source)}"
    entry: dict[str, Any] = {"mountPath": mount.target, "name": name, **({"readOnly": True} if mount.read_only else {})}
    return Contribution(container={"volumeMounts": [entry]}, pod={"volumes": [{"hostPath": volume, "name": name}]})


def _absent(mount: Mount, path: str) -> Contribution:
    """Docker makes an empty directory, which is right for data and wrong for what was meant to be a file."""
    source = mount.source or ""
    if looks_like_file(source) or looks_like_file(mount.target or ""):
        return _refuse(path, f"there is no file {source} in the project directory", "add it to spec.files")
    if mount.bind is not None and mount.bind.create_host_path is False:
        return _refuse(
            path,
            f"there is no {source} in the project directory, and create_host_path is false",
            "add it to spec.files",
        )
    message = f"there is no {source} in the project directory; it became an empty volume that persists"
    return Contribution(notices=[Notice(path, NoticeCode.EMPTY_DIRECTORY, message)])


def _project_files(
    mount: Mount, path: str, files: Mapping[str, bytes], others: Iterable[str], stack: Stack
) -> Contribution:
    source, target = project_path(mount.source or "") or "", mount.target or ""
    keys = {name: _key(name or posixpath.basename(source)) for name in files}
    content = {keys[name]: data for name, data in files.items()}
    if size(content) > LIMIT:
        message = f"{mount.source} has {size(content)} bytes; a ConfigMap holds at most {LIMIT}"
        return _refuse(path, message, "bind a smaller directory, or put the files into the image or a volume")
    hidden = [other for other in others if other.startswith(f"{target}/") and not _has(files, other[len(target) + 1 :])]
    if hidden and "" not in files:
        message = f"{hidden[0]} would be mounted inside, but project files are read-only and have no such directory"
        return _refuse(path, message, "leave the bind mount out if the image has these files, or mount elsewhere")
    label = path_label(source)
    name = object_name(stack.name, label, suffix=content_hash(content))
    return Contribution(
        container={"volumeMounts": [_mount(target, f"bind-{label}", keys.get(""))]},
        pod={"volumes": [{"configMap": {"items": _items(files, keys), "name": name}, "name": f"bind-{label}"}]},
        objects=[config_map(name, labels.common(stack.name, label, "bind"), content)],
        notices=[]
        if mount.read_only
        else [Notice(path, NoticeCode.APPROXIMATED, f"{mount.source} is mounted read-only")],
    )


def _mount(target: str, volume: str, only: str | None) -> dict[str, Any]:
    mount = {"mountPath": target, "name": volume, "readOnly": True}
    return mount | ({"subPath": only} if only else {})


def _items(files: Mapping[str, bytes], keys: Mapping[str, str]) -> list[dict[str, Any]]:
    """Paths of the keys.

    Modes are not part of a project directory, so a file that starts with `#!` is taken for executable.
    """
    items = []
    for name, data in sorted(files.items()):
        item: dict[str, Any] = {"key": keys[name], "path": name or keys[name]}
        items.append(item | ({"mode": _EXECUTABLE} if data.startswith(b"#!") else {}))
    return items


def _key(path: str) -> str:
    """Return a key of a ConfigMap for a path: the path itself if it can be one, else one with a hash."""
    return (
        path if _KEY.fullmatch(path) else f"{re.sub('[^-._a-zA-Z0-9]', '_', path).lstrip('.')[:200]}-{short_hash(path)}"
    )


def _has(files: Mapping[str, bytes], below: str) -> bool:
    return any(name == below or name.startswith(f"{below}/") for name in files)


def _refuse(path: str, message: str, remedy: str) -> Contribution:
    return Contribution(problems=[Refusal(path, message, remedy)])
