"""What Compose fills in: networks, names, dependencies, values from variables. It does not look written (`filled`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from composestack.compose.canonical.mounts import clean
from composestack.compose.model import (
    Build,
    Config,
    Container,
    Dependency,
    Deploy,
    DeviceRequest,
    Grant,
    Mount,
    Network,
    PreStartHook,
    Project,
    Secret,
    Service,
    ServiceNetwork,
    Volume,
    Workload,
)

DEFAULT_NETWORK = "default"
IF_NOT_PRESENT, MISSING = "if_not_present", "missing"
"""Two names of one pull policy."""
NAMESPACES = ("network_mode", "ipc", "pid", "uts", "cgroup")
"""Attributes by which a container shares a namespace of another service."""
IMPLYING = frozenset({"links", "volumes_from", *NAMESPACES})
"""Attributes by which a service depends on others, beside `depends_on`."""

DEFAULT_NETWORKS = MappingProxyType({DEFAULT_NETWORK: ServiceNetwork.model_construct()})
STARTED = Dependency.model_construct(condition="service_started")
STARTED_AND_RESTARTED = Dependency.model_construct(condition="service_started", restart=True)
DeviceT = TypeVar("DeviceT", bound=DeviceRequest)
Contents = Mapping[tuple[str, str], str]
"""Values of secrets and configs that included applications have from their own variables, by section and name."""


def normalize(project: Project, variables: Mapping[str, str], contents: Contents) -> None:
    """Fill in, in place, everything that does not depend on what is active."""
    for service in project.services.values():
        service.fill(**_service_changes(service, variables))
    for job in project.jobs.values():
        job.fill(**_workload_changes(job, variables))
    networks = dict(project.networks)
    if any(DEFAULT_NETWORK in each.networks for each in (*project.services.values(), *project.jobs.values())):
        networks.setdefault(DEFAULT_NETWORK, Network())
    values = Values(variables, contents)
    project.fill(
        networks={key: each.filled(name=_name(project, key, each)) for key, each in networks.items()},
        volumes={key: each.filled(name=_name(project, key, each)) for key, each in project.volumes.items()},
        secrets={
            key: each.filled(name=_name(project, key, each), content=values.of("secrets", key, each))
            for key, each in project.secrets.items()
        },
        configs={
            key: each.filled(name=_name(project, key, each), content=values.of("configs", key, each))
            for key, each in project.configs.items()
        },
        models={key: each.filled(name=each.name or key) for key, each in project.models.items()},
    )


def _name(project: Project, key: str, resource: Network | Volume | Secret | Config) -> str:
    if resource.name is not None:
        return resource.name
    return key if resource.external else f"{project.name}_{key}"


class Values:
    """Where secrets and configs with `environment` have their value from."""

    def __init__(self, variables: Mapping[str, str], contents: Contents) -> None:
        self._variables = variables
        self._contents = contents

    def of(self, section: str, key: str, resource: Secret | Config) -> str | None:
        """Return the content of a secret or config, None if there is none here."""
        if resource.environment is None:
            return resource.content
        return self._contents.get((section, key), self._variables.get(resource.environment))


def _service_changes(service: Service, variables: Mapping[str, str]) -> dict[str, Any]:
    changes = _workload_changes(service, variables)
    if service.deploy is not None and (deploy := _deploy(service.deploy, service.scale)) is not service.deploy:
        changes["deploy"] = deploy
    if service.pre_start:
        changes["pre_start"] = tuple(_hook(hook, service, variables) for hook in service.pre_start)
    return changes


def _deploy(deploy: Deploy, scale: int | None) -> Deploy:
    reservations = deploy.resources.reservations if deploy.resources else None
    if deploy.resources and reservations and reservations.devices:
        devices = tuple(map(_device, reservations.devices))
        resources = deploy.resources.filled(reservations=reservations.filled(devices=devices))
        deploy = deploy.filled(resources=resources)
    return deploy.filled(replicas=scale) if scale is not None and deploy.replicas is None else deploy


def _hook(hook: PreStartHook, service: Service, variables: Mapping[str, str]) -> PreStartHook:
    """Fill in a hook. It has its service's secrets under the service's targets; its own keep what they say."""
    changes = _container_changes(hook, variables, connected=False)
    if any(mount.bind is not None for mount in hook.volumes):
        changes["volumes"] = tuple(map(_bare, hook.volumes))
    if hook.secrets:
        changes["secrets"] = tuple(_secret_grant(each) if each in service.secrets else each for each in hook.secrets)
    return hook.filled(**changes)


def _workload_changes(workload: Workload, variables: Mapping[str, str]) -> dict[str, Any]:
    """Return what is filled in for a service or job."""
    connected = not isinstance(workload, Service) or workload.provider is None
    changes = _container_changes(workload, variables, connected=connected)
    if workload.pull_policy == IF_NOT_PRESENT:
        changes["pull_policy"] = MISSING
    if any(mount.target is not None and mount.target != clean(mount.target) for mount in workload.volumes):
        changes["volumes"] = tuple(map(_mount, workload.volumes))
    if workload.gpus:
        changes["gpus"] = tuple(map(_device, workload.gpus))
    if workload.secrets:
        changes["secrets"] = tuple(map(_secret_grant, workload.secrets))
    if workload.build is not None:
        changes["build"] = _build(workload.build, variables)
    if not IMPLYING.isdisjoint(workload.model_fields_set):
        dependencies: dict[str, Dependency] = {}
        for name, dependency in implied_dependencies(workload):
            dependencies.setdefault(name, workload.depends_on.get(name, dependency))
        if dependencies:
            changes["depends_on"] = {**workload.depends_on, **dependencies}
    return changes


def _container_changes(container: Container, variables: Mapping[str, str], *, connected: bool) -> dict[str, Any]:
    """Return what is filled in for any container. `connected`: it joins the default network if it names no other."""
    changes: dict[str, Any] = {}
    if connected and not container.networks and container.network_mode is None:
        changes["networks"] = DEFAULT_NETWORKS
    if None in container.environment.values():
        changes["environment"] = {
            name: variables.get(name) if value is None else value for name, value in container.environment.items()
        }
    return changes


def _mount(mount: Mount) -> Mount:
    return mount if mount.target is None else mount.filled(target=clean(mount.target))


def _bare(mount: Mount) -> Mount:
    """Return the mount of a hook: Compose does not make its source unless it is told to."""
    if mount.bind is None or "create_host_path" in mount.bind.model_fields_set:
        return mount
    return mount.filled(bind=mount.bind.filled(create_host_path=False))


def _secret_grant(grant: Grant) -> Grant:
    return grant if grant.target is not None else grant.filled(target=f"/run/secrets/{grant.source}")


def _device(request: DeviceT) -> DeviceT:
    return request if {"count", "device_ids"} & request.model_fields_set else request.filled(count=-1)


def _build(build: Build, variables: Mapping[str, str]) -> Build:
    args = {
        name: variables.get(name) if value is None else value
        for name, value in build.args.items()
        if value is not None or name in variables
    }
    dockerfile = build.dockerfile
    if dockerfile is None and build.dockerfile_inline is None:
        dockerfile = "Dockerfile"
    return build.filled(context="." if build.context is None else build.context, dockerfile=dockerfile, args=args)


def implied_dependencies(workload: Workload) -> Iterator[tuple[str, Dependency]]:
    """Yield the services that must start first because of `links`, shared namespaces and `volumes_from`."""
    if isinstance(workload, Service):
        for link in workload.links:
            name, colon, alias = link.partition(":")
            yield (name if colon and ":" not in alias else link), STARTED_AND_RESTARTED
    for namespace in NAMESPACES:
        mode = getattr(workload, namespace)
        if mode is not None and mode.startswith("service:"):
            yield mode.removeprefix("service:"), STARTED_AND_RESTARTED
    for source in workload.volumes_from:
        if not source.startswith("container:"):
            yield source.split(":")[0], STARTED
