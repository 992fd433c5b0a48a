"""The labels about volumes: on a service for all that it mounts, on a volume for that one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from composestack.compose.model import Mount, Project, Service, VolumeOptions
from composestack.translate.extension.settings import KEY
from composestack.translate.kompose.label import Migrated
from composestack.translate.refusal import Refusal

_SIZE, _CLASS, _SELECTOR = "kompose.volume.size", "kompose.volume.storage-class-name", "kompose.volume.selector"
TYPE, _SUBPATH = "kompose.volume.type", "kompose.volume.subpath"
_SELECTED = "io.kompose.service"
"""The label of the volumes that kompose's selector chooses."""

ON_SERVICES = frozenset({_CLASS, _SIZE, _SUBPATH, TYPE})
ON_VOLUMES = frozenset({_SELECTOR, _SIZE})
"""The labels that have an effect."""

_DIRECTORY, _HOST, _CONFIG, _CLAIM = "emptydir", "hostpath", "configmap", "persistentvolumeclaim"


def of_volumes(project: Project) -> Migrated:
    """Return what labels say of the volumes of a project, by volume: their own, then those of services that mount them.

    Services that say different things of one volume are a problem of the later ones.
    """
    written: dict[str, dict[str, Any]] = {}
    origins: dict[str, str] = {}
    problems: list[Refusal] = []
    for volume, place, value, path in (*_own(project), *_of_services(project)):
        said = written.setdefault(volume, {})
        full = f"volumes.{volume}.{KEY}.{place}"
        if place not in said:
            said[place] = value
            origins[full] = path
            origins[f"{full}.matchLabels.{_SELECTED}"] = path
        elif said[place] != value and origins[full].startswith("services."):
            message = f"{origins[full]} says {said[place]} of the same volume"
            problems.append(Refusal(path, message, f"write {KEY} of the volume instead"))
    return Migrated(written, origins, tuple(problems))


def _own(project: Project) -> Iterator[tuple[str, str, Any, str]]:
    for key, volume in project.volumes.items():
        path = f"volumes.{key}.labels"
        if _SIZE in volume.labels:
            yield key, "size", volume.labels[_SIZE], f"{path}.{_SIZE}"
        if _SELECTOR in volume.labels:
            yield key, "selector", {"matchLabels": {_SELECTED: volume.labels[_SELECTOR]}}, f"{path}.{_SELECTOR}"


def _of_services(project: Project) -> Iterator[tuple[str, str, Any, str]]:
    for _, service in sorted(project.services.items()):
        for label, place in ((_SIZE, "size"), (_CLASS, "storageClass")):
            for mount in service.volumes if label in service.labels else ():
                if mount.type == "volume" and mount.source and mount.source in project.volumes:
                    yield mount.source, place, service.labels[label], f"services.{service.name}.labels.{label}"


def lives_with_pod(service: Service) -> bool:
    """Tell whether labels want the volumes of a service to be directories that are gone with their pod."""
    return service.labels.get(TYPE, "").strip().lower() == _DIRECTORY


def below(service: Service) -> Service:
    """Return a service whose mounts of volumes begin where labels say so, unless they say so themselves."""
    where = service.labels.get(_SUBPATH, "").strip()
    if not where:
        return service
    return service.filled(volumes=tuple(_below(mount, where) for mount in service.volumes))


def _below(mount: Mount, where: str) -> Mount:
    if mount.type != "volume" or not mount.source or (mount.volume is not None and mount.volume.subpath):
        return mount
    return mount.filled(volume=(mount.volume or VolumeOptions()).filled(subpath=where))


def wrong_type(service: Service) -> Iterator[Refusal]:
    """Yield why the type that labels give to volumes cannot be that of all that a service mounts."""
    written = service.labels.get(TYPE)
    if written is None:
        return
    path, kind = f"services.{service.name}.labels.{TYPE}", written.strip().lower()
    sorts = {mount.type for mount in service.volumes}
    if kind not in {_DIRECTORY, _HOST, _CONFIG, _CLAIM}:
        values = "emptyDir, hostPath, configMap or persistentVolumeClaim"
        yield Refusal(path, f"{written!r} is not what this label takes", f"write {values}")
    elif kind == _HOST and (sorts - {"bind"} or any(not (m.source or "").startswith("/") for m in service.volumes)):
        yield Refusal(path, "only absolute bind mounts are paths of the node", "leave it out")
    elif kind == _CONFIG and sorts - {"bind"}:
        yield Refusal(path, "only files of the project can be a ConfigMap", "leave it out, and bind them")
