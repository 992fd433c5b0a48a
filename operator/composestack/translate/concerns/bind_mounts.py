"""Bind mounts: files of the project, directories that are empty at first, and what a cluster has no host for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Any

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Mount, Service
from composestack.compose.problems import Notice
from composestack.translate import labels
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution, combine
from composestack.translate.extension.mount import MountSettings
from composestack.translate.names import object_name, path_label
from composestack.translate.objects.config_map import LIMIT, config_map, size
from composestack.translate.objects.secret import secret
from composestack.translate.policy import forbidden
from composestack.translate.project_files import Bundle, looks_like_file, project_path
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack

ENGINE_SOCKETS = {"docker.sock", "podman.sock", "containerd.sock", "crio.sock"}
TIME_ZONE_FILES = {"/etc/localtime", "/etc/timezone"}
PRIVATE = {None, "", "private", "rprivate"}
SLAVE, SHARED = {"slave", "rslave"}, {"shared", "rshared"}
EXECUTABLE = 0o755
READ_ONLY_PLACES = ("/docker-entrypoint", "/etc/", "/usr/share/nginx/", "/usr/local/apache2/htdocs/")
"""Directories from which images only read."""
_ONLY_READ = re.compile(
    r".*\.(?:cfg|cnf|conf|config|crt|css|env|html|ini|js|key|lua|pem|php|properties|py|rb|sh|sql|template|tmpl"
    r"|toml|ts|xml|ya?ml)",
    re.IGNORECASE,
)
"""Files that programs read and do not write, by their extension."""


@translates(
    "services.*.volumes[].bind.create_host_path",
    "services.*.volumes[].bind.propagation",
    "services.*.volumes[].bind.recursive",
    "services.*.volumes[].x-kubernetes.asVolume",
    "services.*.volumes[].x-kubernetes.mountPropagation",
    considers=(
        "services.*.privileged",
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
        path = f"services.{service.name}.volumes[{index}]"
        own = stack.extension(mount, MountSettings)
        if problems := [*_misplaced(own, mount, f"{path}.x-kubernetes")]:
            parts.append(Contribution(problems=problems))
        if mount.type == "bind" and not own.as_volume:
            inside = project_path(mount.source or "")
            if inside is None:
                parts.append(_host_path(mount, path, service, stack))
                continue
            parts.append(_no_mounts_below(mount, path))
            if bundle := stack.bundle(inside):
                others = [other.target for other in service.volumes if other.target and other is not mount]
                parts.append(_project_files(mount, path, bundle, others, stack))
            else:
                parts.append(_absent(mount, path))
    return combine(parts)


def _misplaced(own: MountSettings, mount: Mount, path: str) -> Iterator[Refusal]:
    """Yield what a mount says that means nothing for what it mounts."""
    if own.as_volume and mount.type != "bind":
        yield Refusal(f"{path}.asVolume", f"a mount of type {mount.type} is no bind mount", "leave it out")
    of_node = mount.type == "bind" and not own.as_volume and project_path(mount.source or "") is None
    if own.mount_propagation not in {None, "None"} and not of_node:
        yield Refusal(f"{path}.mountPropagation", "only mounts of the node are propagated", "leave it out")


def _no_mounts_below(mount: Mount, path: str) -> Contribution:
    if mount.bind is None:
        return NOTHING
    written = {} if mount.bind.propagation in PRIVATE else {"propagation": mount.bind.propagation}
    written |= {"recursive": mount.bind.recursive} if mount.bind.recursive else {}
    message = "nothing is mounted below the files of the project"
    return Contribution(notices=[Notice(f"{path}.bind.{name}", NoticeCode.IGNORED, message) for name in written])


def _host_path(mount: Mount, path: str, service: Service, stack: Stack) -> Contribution:
    source = posixpath.normpath(mount.source or "")
    if posixpath.basename(source) in ENGINE_SOCKETS:
        message = f"{source} is the socket of a container engine, which a cluster does not hand out"
        return _refuse(path, message, f"leave the service out with spec.exclude: [{service.name}]")
    if source in TIME_ZONE_FILES and mount.read_only:
        notice = Notice(path, NoticeCode.IGNORED, f"{source} is not mounted; set the environment variable TZ instead")
        return Contribution(notices=[notice])
    allowed = any(
        source == prefix or source.startswith(f"{prefix.rstrip('/')}/") for prefix in stack.scope.policy.host_paths
    )
    if not allowed or not source.startswith("/"):
        message = f"{mount.source} is outside of the project directory, and a cluster has no such host"
        instead = "use a named volume, or add the files to spec.files and bind them by a relative path"
        if not source.startswith("/"):
            return _refuse(path, message, instead)
        return Contribution(problems=[forbidden(path, message, "host_paths", entry=source, instead=instead)])
    create = mount.bind is None or mount.bind.create_host_path is not False
    volume = {"path": source, **({"type": "DirectoryOrCreate"} if create else {})}
    name = f"host-{path_label(source)}"
    entry: dict[str, Any] = {"mountPath": mount.target, "name": name, **({"readOnly": True} if mount.read_only else {})}
    mounted = Contribution(container={"volumeMounts": [entry]}, pod={"volumes": [{"hostPath": volume, "name": name}]})
    own = stack.extension(mount, MountSettings).mount_propagation
    propagation = _propagation(mount, own, path, privileged=bool(service.privileged))
    return combine([mounted, propagation, _recursive(mount, f"{path}.bind")])


def _propagation(mount: Mount, own: str | None, path: str, *, privileged: bool) -> Contribution:
    """Whether mounts that are made later, on one side, show on the other (Kubernetes documentation, "Mount
    propagation").
    """
    propagation = mount.bind.propagation if mount.bind is not None else None
    wanted = own or (
        "None" if propagation in PRIVATE else "HostToContainer" if propagation in SLAVE else "Bidirectional"
    )
    if wanted == "Bidirectional" and not privileged:
        said, place = (own, "x-kubernetes.mountPropagation") if own else (propagation, "bind.propagation")
        message = f"with {said}, a container mounts file systems on its node, which only a privileged one may"
        return _refuse(f"{path}.{place}", message, f"write {'HostToContainer' if own else 'rslave'}, or leave it out")
    return NOTHING if wanted == "None" else _mounted(mount, mountPropagation=wanted)


def _recursive(mount: Mount, path: str) -> Contribution:
    """Whether mounts below a read-only one are read-only as well (Kubernetes documentation, "Recursive read-only
    mounts").
    """
    recursive = mount.bind.recursive if mount.bind is not None else None
    alone = mount.bind is None or mount.bind.propagation in PRIVATE
    if recursive == "disabled":
        message = "what is mounted below a path of the node is always there as well"
        return _refuse(f"{path}.recursive", message, "write writable, or leave it out")
    if recursive == "readonly" and not (mount.read_only and alone):
        message = "all below can only be read-only if the mount is, and nothing is propagated"
        return _refuse(f"{path}.recursive", message, "write read_only: true, and leave propagation out")
    if recursive in {"readonly", "enabled"} and mount.read_only and alone:
        return _mounted(mount, recursiveReadOnly="Enabled" if recursive == "readonly" else "IfPossible")
    return NOTHING


def _mounted(mount: Mount, **fields: Any) -> Contribution:
    return Contribution(container={"volumeMounts": [{"mountPath": mount.target, **fields}]})


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


def _project_files(mount: Mount, path: str, bundle: Bundle, others: Iterable[str], stack: Stack) -> Contribution:
    """A directory is mounted as a whole; of a single file, only the file, so that nothing beside it is hidden.

    What was a Secret stays one: ConfigMaps are read by many more.
    """
    source, target = project_path(mount.source or "") or "", mount.target or ""
    taken = size(bundle.content)
    if taken > LIMIT:
        message = f"{mount.source} has {taken} bytes; a ConfigMap holds at most {LIMIT}"
        return _refuse(path, message, "bind a smaller directory, or put the files into the image or a volume")
    single = source if stack.is_file(source) else None
    inside = [other for other in others if other.startswith(f"{target}/") and single is None]
    missing = [other for other in inside if not bundle.holds(other[len(target) + 1 :])]
    if missing:
        message = f"{missing[0]} would be mounted inside, but project files are read-only and have no such directory"
        return _refuse(path, message, "leave the bind mount out if the image has these files, or mount elsewhere")
    label = path_label(source)
    name = object_name(stack.name, label, suffix=bundle.suffix)
    own, items = labels.common(stack.name, label, "bind"), _items(bundle)
    made, volume = (
        (secret(name, own, bundle.content), {"secret": {"items": items, "secretName": name}})
        if bundle.confidential
        else (config_map(name, own, bundle.content), {"configMap": {"items": items, "name": name}})
    )
    entry: dict[str, Any] = {"mountPath": target, "name": f"bind-{label}", "readOnly": True}
    if single is not None:
        entry["subPath"] = posixpath.basename(single)
    written = not mount.read_only and may_be_written(target, directory=single is None)
    message = f"{mount.source} is mounted read-only: the container cannot write there, as it could to a volume"
    return Contribution(
        container={"volumeMounts": [entry]},
        pod={"volumes": [{**volume, "name": f"bind-{label}"}]},
        objects=[made],
        notices=[Notice(path, NoticeCode.APPROXIMATED, message)] if written else [],
    )


def may_be_written(target: str, *, directory: bool) -> bool:
    """Tell whether a program may want to write to a file or directory that is not said to be read-only.

    Most people never write `:ro`. What is read once at the start is not written: configuration, scripts, pages.
    """
    if f"{target}/".startswith(READ_ONLY_PLACES) or "/etc/" in target:
        return False
    return directory or _ONLY_READ.fullmatch(target) is None


def _items(bundle: Bundle) -> list[dict[str, Any]]:
    return [
        {"key": key, "path": path, **({"mode": EXECUTABLE} if path in bundle.executable else {})}
        for path, key in bundle.keys.items()
    ]


def _refuse(path: str, message: str, remedy: str) -> Contribution:
    return Contribution(problems=[Refusal(path, message, remedy)])
