"""Rules about what is in one entry of a project, be it active or not. Rules between entries are in consistency.py."""

from __future__ import annotations

from collections.abc import Iterator

from composestack.compose.consistency import Finding, is_address
from composestack.compose.model import Config, DeviceRequest, Project, Secret, Service
from composestack.compose.tree import Path


def violations(project: Project) -> Iterator[Finding]:
    """Yield everything that is wrong in the entries of a project, each by itself."""
    for name, service in project.services.items():
        for check in (_ports, _watches, _devices):
            for path, message in check(service):
                yield ("services", name, *path), message
    for name, job in project.jobs.items():
        if job.triggers is None or not {"manual", "schedule"} & job.triggers.model_fields_set:
            yield ("jobs", name, "triggers"), "must say what starts the job; add schedule or manual"
    for name, volume in project.volumes.items():
        others = volume.model_fields_set - {"name", "external", "extensions"} if volume.external else ()
        for attribute in sorted(others):
            message = f"cannot stand beside external: true, which means that the volume exists; remove {attribute}"
            yield ("volumes", name, attribute), message
    for name, secret in project.secrets.items():
        yield from _source(secret, ("secrets", name), ("file", "environment"))
    for name, config in project.configs.items():
        yield from _source(config, ("configs", name), ("file", "environment", "content"))


def _ports(service: Service) -> Iterator[Finding]:
    for index, port in enumerate(service.ports):
        if port.host_ip is not None and not is_address(port.host_ip):
            yield ("ports", index, "host_ip"), f"{port.host_ip!r} is not an IP address"


def _watches(service: Service) -> Iterator[Finding]:
    for index, watch in enumerate(service.develop.watch if service.develop else ()):
        if not watch.path:
            yield ("develop", "watch", index, "path"), "must not be empty"


def _devices(service: Service) -> Iterator[Finding]:
    for index, request in enumerate(service.gpus):
        yield from _request(request, ("gpus", index))
    resources = service.deploy.resources if service.deploy else None
    for index, request in enumerate(resources.reservations.devices if resources and resources.reservations else ()):
        yield from _request(request, ("deploy", "resources", "reservations", "devices", index))


def _request(request: DeviceRequest, path: Path) -> Iterator[Finding]:
    if {"count", "device_ids"} <= request.model_fields_set:
        yield path, "count and device_ids exclude each other; remove one of them"


def _source(resource: Secret | Config, path: Path, sources: tuple[str, ...]) -> Iterator[Finding]:
    written = [source for source in sources if source in resource.model_fields_set]
    if len(written) > 1:
        yield path, f"{' and '.join(written)} exclude each other; keep one of them"
    elif not written and not {"driver", "external"} & resource.model_fields_set:
        yield path, f"has no source; add one of {', '.join(sources)}, or external: true"
