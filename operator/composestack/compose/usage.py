"""Networks, volumes, secrets, configs and models that no active service uses are not part of the project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from composestack.compose.model import Container, Project, Workload

T = TypeVar("T")


def without_unused(project: Project, *, steps: bool) -> Project:
    """Return the project with only what its services and jobs refer to.

    `steps`: their `pre_start` steps count as well. To docker compose they do not, so it does not print what they alone
    use.
    """
    users: list[Container] = [*project.services.values(), *project.jobs.values()]
    if steps:
        users += [step for service in project.services.values() for step in service.pre_start]
    used = {reference for each in users for reference in _uses(each)}

    def kept(section: str, entries: Mapping[str, T]) -> dict[str, T]:
        return {name: entry for name, entry in entries.items() if (section, name) in used}

    return project.model_copy(
        update={
            "networks": kept("networks", project.networks),
            "volumes": kept("volumes", project.volumes),
            "secrets": kept("secrets", project.secrets),
            "configs": kept("configs", project.configs),
            "models": kept("models", project.models),
        }
    )


def _uses(user: Container) -> Iterator[tuple[str, str | None]]:
    yield from (("networks", name) for name in user.networks)
    yield from (("models", name) for name in user.models)
    yield from (("volumes", mount.source) for mount in user.volumes if mount.type == "volume")
    yield from (("secrets", grant.source) for grant in user.secrets)
    if isinstance(user, Workload) and user.build:
        yield from (("secrets", grant.source) for grant in user.build.secrets)
    yield from (("configs", grant.source) for grant in user.configs)
