"""The files that services read their environment and labels from (`env_file`, `label_file`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from composestack.api.reasons import NoticeCode
from composestack.compose import dotenv
from composestack.compose.documents import Documents, Reference, below
from composestack.compose.model import Container, EnvFile, Project, Service
from composestack.compose.paths import is_outside, relative
from composestack.compose.problems import InvalidCompose, Notice
from composestack.compose.tree import Map, Path, join

MAX_FILE_BYTES = 2 * 2**20
"""How much the files have together; one that several services read counts for each of them."""
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
    notices: list[Notice] = field(default_factory=list)
    """Files that need not be there, and may be where nothing is read from."""

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
            self.documents.environment_files.add(self._place(file))
            result.update(self._read(file, (*path, "env_file", index), {**own, **self.variables}, result))
        return result

    def _labels(self, container: Container, path: Path) -> dict[str, str]:
        result: dict[str, str] = {}
        for index, file in enumerate(container.label_file):
            result.update(self._read(EnvFile(path=file), (*path, "label_file", index), dict(result), {}))
        return result

    def _read(self, file: EnvFile, path: Path, known: Mapping[str, str], earlier: Mapping[str, str]) -> dict[str, str]:
        where = self._place(file)
        content = self._content(file, where, path)
        try:
            if file.format == "raw":
                return dotenv.parse_raw(content, where, known.get)
            return dotenv.parse(content, where, known.get, earlier)
        except InvalidCompose as error:
            self.documents.failed(error)
            return {}

    def _place(self, file: EnvFile) -> str:
        """Return the path of a file from the root."""
        where = below(self.directory, file.path)
        return where if self.root is None else relative(where, self.root)

    def _content(self, file: EnvFile, where: str, path: Path) -> bytes:
        """Return the text of a file; nothing if it cannot be read, which is reported, or need not be there."""
        report, documents = self.documents.report, self.documents
        if file.format not in {None, "", "raw"}:
            report.add(self.document, (*path, "format"), f"unknown format {file.format!r}; leave it out, or write raw")
        elif file.required or documents.exists(where):
            content = documents.read(where, Reference(self.document, path)) or b""
            before, documents.file_bytes = documents.file_bytes, documents.file_bytes + len(content)
            if documents.file_bytes <= MAX_FILE_BYTES:
                return content
            if before <= MAX_FILE_BYTES:
                message = f"the services read more than {MAX_FILE_BYTES} bytes of such files; make them smaller"
                report.add(self.document, path, message)
        elif is_outside(where):
            message = f"the file {where!r} is outside of the project directory and not read; add it to the project"
            self.notices.append(Notice(join(path), NoticeCode.IGNORED, message))
        return b""
