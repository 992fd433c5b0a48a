"""Which services are active (Compose Specification, "profiles"), and what depends on those that are not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Dependency, Project, Service
from composestack.compose.problems import Notice

ALL = "*"


def selected(profiles: Collection[str], variables: Mapping[str, str]) -> tuple[str, ...]:
    """Return the active profiles: those asked for, else those of COMPOSE_PROFILES, a list with commas."""
    return tuple(profiles) or tuple(each.strip() for each in variables.get("COMPOSE_PROFILES", "").split(","))


def is_active(own: Collection[str], profiles: Collection[str]) -> bool:
    """Tell whether a service with the profiles `own` is active. One without profiles always is."""
    return not own or ALL in profiles or any(profile in profiles for profile in own)


def without_inactive(project: Project, profiles: Collection[str], exclude: Collection[str]) -> Project:
    """Return the project with its active services and jobs; excluded services are not required by any of them."""
    excluded = frozenset(exclude)
    services = {
        name: _independent(service, excluded)
        for name, service in project.services.items()
        if name not in excluded and is_active(service.profiles, profiles)
    }
    jobs = {name: job for name, job in project.jobs.items() if is_active(job.profiles, profiles)}
    return project.model_copy(update={"services": services, "jobs": jobs})


def _independent(service: Service, excluded: frozenset[str]) -> Service:
    if excluded.isdisjoint(service.depends_on):
        return service
    dependencies = {
        name: dependency.filled(required=False) if name in excluded else dependency
        for name, dependency in service.depends_on.items()
    }
    return service.filled(depends_on=dependencies)


def exclusion_notices(project: Project, active: Project, exclude: Collection[str]) -> Iterator[Notice]:
    """Tell what the exclusion of services changes; `project` has all services, `active` those that are left."""
    if not exclude:
        return
    for name in sorted(set(exclude) - set(project.services)):
        yield Notice("", NoticeCode.IGNORED, f"there is no service {name!r} to exclude")
    for name in active.services:
        dependencies: Mapping[str, Dependency] = project.services[name].depends_on
        for dependency in sorted(set(exclude) & set(dependencies)):
            if dependency in project.services:
                message = f"{dependency} is excluded, so {name} starts without it"
                yield Notice(f"services.{name}.depends_on.{dependency}", NoticeCode.IGNORED, message)
