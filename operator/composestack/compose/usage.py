"""Networks, volumes, secrets, configs and models that no active service uses are not part of the project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from composestack.compose.model import Project, Workload

T = TypeVar("T")


def without_unused(project: Project) -> Project:
    """Return the project with only what its services and jobs refer to."""
    used = {reference for each in (*project.services.values(), *project.jobs.values()) for reference in _uses(each)}

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


def _uses(workload: Workload) -> Iterator[tuple[str, str | None]]:
    yield from (("networks", name) for name in workload.networks)
    yield from (("models", name) for name in workload.models)
    yield from (("volumes", mount.source) for mount in workload.volumes if mount.type == "volume")
    yield from (("secrets", grant.source) for grant in workload.secrets)
    yield from (("secrets", grant.source) for grant in (workload.build.secrets if workload.build else ()))
    yield from (("configs", grant.source) for grant in workload.configs)
