"""Mounts as a pod has them: those of other services (`volumes_from`) written out, and volumes that are no claims
replaced by what they are.
"""

from __future__ import annotations

from collections.abc import Mapping

from composestack.compose.model import Mount, Project, Service, TmpfsOptions, Volume
from composestack.translate.kompose.volumes import below
from composestack.translate.local_driver import local_volume
from composestack.translate.workload_kind import replicas


def expanded(project: Project) -> Project:
    """Return the project with expanded mounts.

    What cannot be expanded stays as it is; the translators of `volumes_from` and `driver_opts` refuse it.
    """
    services = {name: below(service) for name, service in project.services.items()}
    if services != project.services:
        project = project.filled(services=services)
    if not any(service.volumes_from for service in project.services.values()) and not any(
        volume.driver_opts for volume in project.volumes.values()
    ):
        return project
    mounts = {name: _mounts(name, project.services, ()) for name in project.services}
    users = [mount.source for found in mounts.values() for mount in found if mount.type == "volume" and mount.source]
    services = {
        name: service.filled(
            volumes=tuple(
                _meant(mount, project.volumes, shared=users.count(mount.source or "") > 1 or not _alone(service))
                for mount in mounts[name]
            )
        )
        for name, service in project.services.items()
    }
    return project.filled(services=services)


def _mounts(name: str, services: Mapping[str, Service], within: tuple[str, ...]) -> tuple[Mount, ...]:
    """The mounts of a service; its own come before those of others at the same place, and memory is never shared."""
    found = {mount.target: mount for mount in services[name].volumes}
    for entry in services[name].volumes_from:
        source, _, mode = entry.partition(":")
        if source not in services or source in within:
            continue
        for mount in _mounts(source, services, (*within, name)):
            if mount.type != "tmpfs" and (mount.source or mount.type != "volume"):
                found.setdefault(mount.target, mount.filled(read_only=True) if mode == "ro" else mount)
    return tuple(found.values())


def _meant(mount: Mount, volumes: Mapping[str, Volume], *, shared: bool) -> Mount:
    """Return the mount of what its volume is by the options of the driver. Memory can only be that of one pod."""
    volume = volumes.get(mount.source or "") if mount.type == "volume" else None
    try:
        meant = local_volume(volume.driver_opts) if volume is not None else None
    except ValueError:
        return mount
    if meant is None or meant.type == "nfs" or (meant.type == "tmpfs" and shared):
        return mount
    read_only = mount.read_only or meant.read_only or None
    if meant.type == "bind":
        return Mount(type="bind", source=meant.device, target=mount.target, read_only=read_only)
    return Mount(type="tmpfs", target=mount.target, read_only=read_only, tmpfs=TmpfsOptions(size=meant.size))


def _alone(service: Service) -> bool:
    """Tell whether a service runs in one pod."""
    return replicas(service) == 1 and (service.deploy is None or service.deploy.mode != "global")
