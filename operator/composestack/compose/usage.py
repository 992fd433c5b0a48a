"""Networks, volumes, secrets, configs and models that no active service uses are not part of the project."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TypeVar

from composestack.compose.model import Container, Project, Workload
from composestack.compose.tree import Path

T = TypeVar("T")


Used = Set[tuple[str, str | None]]
"""The sections and names of what services and jobs refer to, declared or not."""


def used_in(project: Project, *, steps: bool) -> Used:
    """Return what the services and jobs of a project refer to.

    `steps`: their `pre_start` steps count as well. To docker compose they do not, so it does not print what they alone
    use.
    """
    users: list[Container] = [*project.services.values(), *project.jobs.values()]
    if steps:
        users += [step for service in project.services.values() for step in service.pre_start]
    return {(section, name) for each in users for section, name, _ in references(each)}


def without_unused(project: Project, used: Used) -> Project:
    """Return the project with only what is used."""

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


def references(user: Container) -> list[tuple[str, str | None, Path]]:
    """Return the section, the name and the place of each network, volume, … of the project that a container names."""
    found: list[tuple[str, str | None, Path]] = [("networks", name, ("networks", name)) for name in user.networks]
    if user.volumes:
        found += [
            ("volumes", mount.source, ("volumes", index))
            for index, mount in enumerate(user.volumes)
            if mount.type == "volume" and mount.source
        ]
    if user.models:
        found += [("models", name, ("models", name)) for name in user.models]
    if user.configs:
        found += [("configs", grant.source, ("configs", index)) for index, grant in enumerate(user.configs)]
    if user.secrets:
        found += [("secrets", grant.source, ("secrets", index)) for index, grant in enumerate(user.secrets)]
    if isinstance(user, Workload) and user.build:
        secrets = user.build.secrets
        found += [("secrets", grant.source, ("build", "secrets", index)) for index, grant in enumerate(secrets)]
    return found
