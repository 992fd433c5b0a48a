"""What runs besides services, written as services.

The steps of `pre_start` and the runs of jobs are containers, too, and whoever translates the attributes of a container
translates theirs.
Each has a name of its own, which nobody can use as a host name, and an `Origin` that says where it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

from composestack.compose.model import Container, Job, Mount, PreStartHook, Project, Service
from composestack.compose.problems import Notice
from composestack.translate.copy_up import copying
from composestack.translate.extension.settings import KEY
from composestack.translate.kompose import init_containers
from composestack.translate.pods import NAMESPACES
from composestack.translate.refusal import Refusal

AS_SERVICES = ("services.*.pre_start[].", "jobs.*.")
"""The attributes below these are translated as those of the same name of a service."""

_CONTAINER = frozenset(Container.model_fields) - {"extensions"}
_WORKLOAD = ("depends_on", "build", "expose", "healthcheck", "ports", "stdin_open", "tty")
_OF_THE_POD = (*NAMESPACES, "dns", "dns_opt", "dns_search", "domainname", "extra_hosts", "hostname", "networks")
"""What a container has of its pod. Where it says the same as the pod's service, it says nothing."""

INHERITED = frozenset(
    {"env", "imagePullPolicy", "imagePullSecrets", "podAnnotations", "resources", "scheduling"}
    | {"securityContext", "serviceAccountName", "dnsPolicy"}
)
"""What `x-kubernetes` of a service says to all of its containers. The rest is about the service."""

_USERS = frozenset({"runAsGroup", "runAsNonRoot", "runAsUser"})


class Origin(NamedTuple):
    """Where something that runs besides services is written.

    A step runs `before` a service: in each pod of that service if it is `inside`, else once, in a pod of its own.
    """

    path: str
    before: str = ""
    inside: bool = False


class Expansion(NamedTuple):
    """A project in which all that runs is a service, and which of them are none in the document, in their order."""

    project: Project
    origins: Mapping[str, Origin]


def steps(origins: Mapping[str, Origin], *, inside: bool) -> dict[str, tuple[str, ...]]:
    """Return the steps before each service that has some: those in its pods, or those in pods of their own."""
    found: dict[str, tuple[str, ...]] = {}
    for name, origin in origins.items():
        if origin.before and origin.inside == inside:
            found[origin.before] = (*found.get(origin.before, ()), name)
    return found


def expansion(project: Project, images: Mapping[str, str]) -> Expansion:
    """Write steps and jobs as services. `images` replaces images by service."""
    services, origins = dict(project.services), {}
    for service in project.services.values():
        for index, hook in enumerate(service.pre_start):
            inside = bool(hook.per_replica) or any(joins(service))
            name = _free(f"{service.name}.pre-{index}", services)
            origins[name] = Origin(f"services.{service.name}.pre_start[{index}]", service.name, inside)
            services[name] = _step(name, hook, service, images, inside=inside)
        if (found := init_containers.init_container(service)) is not None:
            name = _free(f"{service.name}.{init_containers.name(service) or 'init'}", services)
            origins[name] = Origin(
                f"services.{service.name}.labels.{init_containers.PREFIX}", service.name, inside=True
            )
            services[name] = _step(name, found, service, images, inside=True)
    for job in project.jobs.values():
        for name, origin, cron in _runs(job):
            free = _free(name, services)
            origins[free] = origin
            services[free] = _run(free, job, cron)
    filled = list(_filled(services, origins, project, images))
    if not origins and not filled:
        return Expansion(project, {})
    services |= {step.name: step for step, _ in filled}
    origins = {**{step.name: origin for step, origin in filled}, **origins}
    return Expansion(project.filled(services=services, jobs={}), origins)


def _filled(
    services: Mapping[str, Service], origins: Mapping[str, Origin], project: Project, images: Mapping[str, str]
) -> Iterator[tuple[Service, Origin]]:
    """Yield the steps that fill new volumes from the image of the service, wherever they are mounted first."""
    for service in services.values():
        origin = origins.get(service.name, Origin(f"services.{service.name}"))
        whose = services[origin.before or service.name]
        step = copying(service, images.get(whose.name) or whose.image, project.volumes)
        if step is not None and not origin.inside:
            yield step.filled(name=_free(step.name, services)), Origin(origin.path, service.name, inside=True)


def joins(service: Service) -> Iterator[str]:
    """Yield the attributes by which a service joins the namespace of another container."""
    for attribute in NAMESPACES:
        if (getattr(service, attribute) or "").startswith(("service:", "container:")):
            yield attribute


def _step(name: str, hook: PreStartHook, service: Service, images: Mapping[str, str], *, inside: bool) -> Service:
    """A step has what its service has and it does not say otherwise; loading has seen to that but for the mounts."""
    said = _container(hook)
    if hook.image == service.image:
        said["image"] = images.get(service.name) or service.image
    said["networks"] = {key: network.filled(aliases=()) for key, network in hook.networks.items()}
    said["labels"] = {key: value for key, value in hook.labels.items() if not key.startswith("kompose.")}
    said["volumes"] = tuple(_mounts(hook, service, inside=inside))
    if extension := _inherited(service, keep_user=hook.user == service.user):
        said["extensions"] = {KEY: extension}
    if inside:
        same = [key for key in _OF_THE_POD if getattr(hook, key) == getattr(service, key)]
        said = {key: value for key, value in said.items() if key not in same}
        return Service(name=name, **said)
    return Service(name=name, **said, restart="no")


def _container(container: Container) -> dict[str, Any]:
    said = {key: getattr(container, key) for key in _CONTAINER}
    default = Container()
    return {key: value for key, value in said.items() if value != getattr(default, key)}


def _mounts(hook: PreStartHook, service: Service, *, inside: bool) -> Iterator[Mount]:
    """What only the container of one replica has cannot be that of a step that runs once for all of them."""
    own = {mount.target for mount in hook.volumes}
    yield from hook.volumes
    for mount in service.volumes:
        shared = mount.type != "tmpfs" and (mount.type != "volume" or mount.source)
        if mount.target not in own and (inside or shared):
            yield mount


def _inherited(service: Service, *, keep_user: bool) -> dict[str, Any]:
    written = service.extensions.get(KEY)
    if not isinstance(written, Mapping):
        return {}
    found = {key: value for key, value in written.items() if key in INHERITED}
    context = found.get("securityContext")
    if isinstance(context, Mapping) and not keep_user:
        found["securityContext"] = {key: value for key, value in context.items() if key not in _USERS}
    return found


NEVER = "0 0 1 1 *"
"""A CronJob needs a schedule, even one that is suspended."""


def _runs(job: Job) -> Iterator[tuple[str, Origin, dict[str, Any]]]:
    """Yield name, origin and `x-kubernetes.cron` of each schedule; a job without one runs when it is told to."""
    path = f"jobs.{job.name}"
    schedules = job.triggers.schedule if job.triggers else ()
    if not schedules:
        yield job.name, Origin(path), {"schedule": NEVER, "suspend": True}
    for index, schedule in enumerate(schedules):
        cron: dict[str, Any] = {"schedule": schedule.cron}
        if schedule.timezone:
            cron["timeZone"] = schedule.timezone
        if schedule.missed_fires == "skip":
            cron["startingDeadlineSeconds"] = SOON
        yield job.name if len(schedules) == 1 else f"{job.name}.{index}", Origin(path), cron


SOON = 60
"""Seconds within which a run starts that is not to be made up for later."""


def _run(name: str, job: Job, cron: Mapping[str, Any]) -> Service:
    said = _container(job) | {key: getattr(job, key) for key in _WORKLOAD if key in job.model_fields_set}
    said["depends_on"] = job.depends_on
    return Service(name=name, **said, restart="no", extensions={KEY: {"cron": dict(cron)}})


def _free(name: str, taken: Iterable[str]) -> str:
    while name in taken:
        name = f"{name}.0"
    return name


Finding = TypeVar("Finding", Notice, Refusal)


def as_written(findings: Iterable[Finding], origins: Mapping[str, Origin]) -> list[Finding]:
    """Return findings at their paths in the document. What a step has of its service is said once, of the service."""
    found = list(findings)
    if not origins:
        return found
    known = {(each.path, each.message) for each in found}
    result = []
    for each in found:
        name = next((name for name in origins if _is_below(each.path, f"services.{name}")), None)
        if name is None:
            result.append(each)
            continue
        origin, rest = origins[name], each.path.removeprefix(f"services.{name}")
        if not origin.before or (f"services.{origin.before}{rest}", each.message) not in known:
            result.append(replace(each, path=f"{origin.path}{rest}"))
    return result


def _is_below(path: str, place: str) -> bool:
    return path == place or path.startswith((f"{place}.", f"{place}["))
