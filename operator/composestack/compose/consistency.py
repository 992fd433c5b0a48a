"""Rules that concern several attributes, or several services, of what is active in a project. Its entries are valid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from ipaddress import ip_address

from composestack.compose.model import Job, Project, Service, Workload
from composestack.compose.nearest import nearest
from composestack.compose.normalize import NAMESPACES
from composestack.compose.tree import Path, join
from composestack.compose.usage import Used, references

Finding = tuple[Path, str]
"""Where something is wrong, and what to do about it."""

UNTARGETED = frozenset({"rebuild", "restart"})
"""Watch actions that copy nothing, and so need no target."""
LIMITS = (
    ("cpus", "limits", "cpus"),
    ("mem_limit", "limits", "memory"),
    ("pids_limit", "limits", "pids"),
    ("mem_reservation", "reservations", "memory"),
)
"""Attributes of a service, and where `deploy.resources` has the same."""
OLD_LIMITS = frozenset(old for old, *_ in LIMITS)


@dataclass(frozen=True, slots=True)
class Scope:
    """The active project, all services that there are, active or not, and what is used without being declared."""

    project: Project
    services: Mapping[str, Service]
    undeclared: Used


def scope(project: Project, services: Mapping[str, Service], used: Used) -> Scope:
    """Return what the checks look at. `used`: all that the services and jobs of the project refer to."""
    undeclared = {(section, name) for section, name in used if name not in getattr(project, section)}
    return Scope(project, services, undeclared)


def findings(scope: Scope) -> Iterator[Finding]:
    """Yield everything that is inconsistent in the active project."""
    for name, service in scope.project.services.items():
        for check in SERVICE_CHECKS:
            for path, message in check(service, scope):
                yield ("services", name, *path), message
    for name, job in scope.project.jobs.items():
        for check in WORKLOAD_CHECKS:
            for path, message in check(job, scope):
                yield ("jobs", name, *path), message
        if name in scope.services:
            yield ("jobs", name), "is the name of a service too; rename one of them"
    yield from _secrets(scope.project)
    yield from _cycle(scope.project)


def _image(workload: Workload, scope: Scope) -> Iterator[Finding]:
    if isinstance(workload, Service) and workload.provider is not None:
        return
    if workload.build is None and not workload.image:
        yield ("image",), "is missing, and there is no build either; add one of them"


def _build(workload: Workload, scope: Scope) -> Iterator[Finding]:
    build = workload.build
    if build is None:
        return
    if build.dockerfile_inline and build.dockerfile:
        yield ("build", "dockerfile_inline"), "cannot stand beside dockerfile; remove one of them"
    if build.platforms and workload.platform and workload.platform not in build.platforms:
        yield ("platform",), f"{workload.platform} is not among build.platforms; add it there"
    for context, source in build.additional_contexts.items():
        if source.startswith("service:"):
            name = source.removeprefix("service:")
            path = ("build", "additional_contexts", context)
            if name not in scope.services:
                yield path, f"there is no service {name!r}"
            elif scope.services[name].build is None:
                yield path, f"the service {name!r} is not built"


def _references(workload: Workload, scope: Scope) -> Iterator[Finding]:
    """Networks, volumes, secrets, configs and models must be declared at the top of the document."""
    if workload.network_mode and workload.networks:
        yield ("network_mode",), "cannot stand beside networks; remove one of them"
    for section, name, path in references(workload) if scope.undeclared else ():
        if (section, name) in scope.undeclared:
            declared = getattr(scope.project, section)
            undefined = f"undefined {section.removesuffix('s')} {name!r}{nearest(name or '', declared)}"
            yield path, f"{undefined}; declare it under {section} at the top of the document"


def _dependencies(workload: Workload, scope: Scope) -> Iterator[Finding]:
    project = scope.project
    is_job = not isinstance(workload, Service)
    for name, dependency in workload.depends_on.items():
        if name in project.services or (is_job and name in project.jobs):
            continue
        path = ("depends_on", name)
        if name not in scope.services:
            kind = "is a job, and services depend on services only" if name in project.jobs else "is not a service"
            itself = {workload.name} if isinstance(workload, Service | Job) else set()
            question = nearest(name, scope.services.keys() - itself)
            yield path, f"{name} {kind}{question}; correct the name or remove the dependency"
        elif dependency.required:
            yield path, f"{name} is not active; activate its profile, or say required: false"


def _namespaces(workload: Workload, scope: Scope) -> Iterator[Finding]:
    """A container cannot share a namespace of one that does not run, even if it need not wait for it."""
    for attribute in NAMESPACES:
        mode = getattr(workload, attribute)
        if mode is None or not mode.startswith("service:"):
            continue
        name = mode.removeprefix("service:")
        dependency = workload.depends_on.get(name)
        if dependency and not dependency.required and name not in scope.project.services and name in scope.services:
            yield (attribute,), f"{name} is excluded or not active; it has to run for this"


def _healthcheck(workload: Workload, scope: Scope) -> Iterator[Finding]:
    test = workload.healthcheck.test if workload.healthcheck else ()
    if test and test[0] not in {"CMD", "CMD-SHELL", "NONE"}:
        yield ("healthcheck", "test"), "must begin with CMD, CMD-SHELL or NONE; for a shell command write a string"


def is_address(text: str) -> bool:
    """Tell whether a text is an IP address, of version 4 or 6."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text  # a zone belongs to one host


def _targets(workload: Workload, scope: Scope) -> Iterator[Finding]:
    """One path of a container has one mount."""
    targets = [mount.target for mount in workload.volumes]
    if not workload.tmpfs and len(set(targets)) == len(targets):
        return
    places: list[tuple[str, Path]] = [
        (mount.target, ("volumes", index)) for index, mount in enumerate(workload.volumes) if mount.target is not None
    ]
    if workload.tmpfs:
        places = [(text.split(":")[0], ("tmpfs", index)) for index, text in enumerate(workload.tmpfs)] + places
    mounted: dict[str, Path] = {}
    for target, path in places:
        first = mounted.setdefault(target, path)
        if first is not path:
            yield path, f"the target {target} is already mounted by {join(first)}; remove one of them"


def _scale(service: Service, scope: Scope) -> Iterator[Finding]:
    replicas = service.deploy.replicas if service.deploy else None
    if service.scale is not None and replicas is not None and service.scale != replicas:
        yield ("scale",), f"differs from deploy.replicas, which is {replicas}; remove one of them"
    count = service.scale if service.scale is not None else replicas
    path: Path = ("scale",) if service.scale is not None else ("deploy", "replicas")
    if count is not None and count < 0:
        yield path, "must not be negative"
    if count is not None and count > 1 and service.container_name:
        yield ("container_name",), f"cannot stand beside {count} replicas, as it must be unique; remove it"


def _limits(service: Service, scope: Scope) -> Iterator[Finding]:
    """The old attributes and those of deploy must agree where both are there."""
    resources = service.deploy.resources if service.deploy else None
    if resources is None or OLD_LIMITS.isdisjoint(service.model_fields_set):
        return
    for old, section, attribute in LIMITS:
        mine = getattr(service, old)
        theirs = getattr(resources, section) if mine else None
        if theirs is not None and mine != (getattr(theirs, attribute) or 0):
            new = f"deploy.resources.{section}.{attribute}"
            yield (old,), f"{old} and {new} differ; write {new} only"


def _watches(service: Service, scope: Scope) -> Iterator[Finding]:
    for index, watch in enumerate(service.develop.watch if service.develop else ()):
        if not watch.target and watch.action not in UNTARGETED:
            yield ("develop", "watch", index), f"target is missing, and the action {watch.action} needs it; add it"


WORKLOAD_CHECKS: tuple[Callable[[Workload, Scope], Iterator[Finding]], ...] = (
    _image,
    _build,
    _references,
    _dependencies,
    _namespaces,
    _healthcheck,
    _targets,
)
SERVICE_CHECKS: tuple[Callable[[Service, Scope], Iterator[Finding]], ...] = (
    *WORKLOAD_CHECKS,
    _scale,
    _limits,
    _watches,
)


def _secrets(project: Project) -> Iterator[Finding]:
    for name, secret in project.secrets.items():
        if not (secret.external or secret.file or secret.environment):
            yield ("secrets", name), "has no source; add file or environment, or external: true"


def _cycle(project: Project) -> Iterator[Finding]:
    """Services that wait for each other never start."""
    try:
        TopologicalSorter({name: each.depends_on for name, each in project.services.items()}).prepare()
    except CycleError as error:
        chain: list[str] = error.args[1]
        yield ("services", chain[0], "depends_on"), f"dependency cycle: {' <- '.join(chain)}; break it"
