"""The files that services read their environment and labels from (`env_file`, `label_file`)."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from composestack.compose import dotenv
from composestack.compose.documents import Documents, Reference, below
from composestack.compose.model import Container, EnvFile, Project, Service
from composestack.compose.problems import InvalidCompose
from composestack.compose.tree import Map, Path

ContainerT = TypeVar("ContainerT", bound=Container)


@dataclass(frozen=True, slots=True)
class Environment:
    """Reads files for the services of a project. `directory` is where their paths count from."""

    documents: Documents
    document: Map
    directory: str
    variables: Mapping[str, str]
    root: str | None = None
    """The absolute path of the root, if the paths in the project are absolute below it."""
    with_variables: bool = True
    """Whether `env_file` is read; labels always are."""

    def resolved(self, project: Project) -> Project:
        """Return the project with variables and labels from files in its services, their hooks, and jobs."""
        services = {name: self._service(service, ("services", name)) for name, service in project.services.items()}
        jobs = {name: self._container(job, ("jobs", name)) for name, job in project.jobs.items()}
        return project.model_copy(update={"services": services, "jobs": jobs})

    def _service(self, service: Service, path: Path) -> Service:
        if service.pre_start:
            hooks = [self._container(hook, (*path, "pre_start", i)) for i, hook in enumerate(service.pre_start)]
            service = service.filled(pre_start=tuple(hooks))
        return self._container(service, path)

    def _container(self, container: ContainerT, path: Path) -> ContainerT:
        if container.env_file and self.with_variables:
            from_files = self._variables(container, path)
            container = container.filled(
                env_file=(),
                environment={**from_files, **container.environment},
                environment_from_files=frozenset(from_files) - frozenset(container.environment),
            )
        if container.label_file:
            container = container.filled(labels={**self._labels(container, path), **container.labels})
        return container

    def _variables(self, container: Container, path: Path) -> dict[str, str]:
        """Read the files in order. Values see the project's variables, then the container's, then earlier lines."""
        own = {name: value for name, value in container.environment.items() if value is not None}
        result: dict[str, str] = {}
        for index, file in enumerate(container.env_file):
            result.update(self._read(file, (*path, "env_file", index), {**own, **self.variables}, result))
        return result

    def _labels(self, container: Container, path: Path) -> dict[str, str]:
        result: dict[str, str] = {}
        for index, file in enumerate(container.label_file):
            result.update(self._read(EnvFile(path=file), (*path, "label_file", index), {}, result))
        return result

    def _read(self, file: EnvFile, path: Path, known: Mapping[str, str], earlier: Mapping[str, str]) -> dict[str, str]:
        where = below(self.directory, file.path)
        if self.root is not None:
            where = posixpath.relpath(where, self.root)
        if not file.required and not self.documents.exists(where):
            return {}
        if file.format not in {None, "", "raw"}:
            message = f"unknown format {file.format!r}; leave it out, or write raw"
            self.documents.report.add(self.document, (*path, "format"), message)
            return {}
        content = self.documents.read(where, Reference(self.document, path))
        if content is None:
            return {}
        try:
            if file.format == "raw":
                return dotenv.parse_raw(content, where, known.get)
            return dotenv.parse(content, where, known.get, earlier)
        except InvalidCompose as error:
            self.documents.failed(error)
            return {}
