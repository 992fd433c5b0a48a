"""The files of the project directory as documents: read, parsed, with variables replaced and short forms expanded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from composestack.compose import dotenv, yaml
from composestack.compose.canonical.document import canonical
from composestack.compose.interpolate import interpolate
from composestack.compose.paths import is_outside, is_remote, join
from composestack.compose.problems import InvalidCompose, Problem
from composestack.compose.report import Report
from composestack.compose.source import ProjectDirectory
from composestack.compose.tree import Map, Mark, Path

MAX_REPEATED = 2**20
"""How much may be parsed once more of files that are in several applications, in bytes."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a document names a file: for messages."""

    document: Map
    path: Path


@dataclass(slots=True)
class Documents:
    """Reads for one load. What is wrong goes to the report; what could not be read is None."""

    directory: ProjectDirectory
    report: Report
    interpolated: bool = True
    """Whether variables are replaced; if not, short forms that have some stay as they are."""
    unset: dict[str, tuple[Path, Mark]] = field(default_factory=dict)
    """Variables without value and default, each with its first use."""
    known: dict[str, str] = field(default_factory=dict)
    """All variables of environment files that were read so far."""
    environment_files: set[str] = field(default_factory=set)
    """All environment files that were read so far."""
    file_bytes: int = 0
    """How much was read of files that services name."""
    repeated_bytes: int = 0
    """How much was parsed of files that were parsed before."""
    incomplete: bool = False
    """Whether some document is missing, so that what is wrong with the rest may be its fault."""
    _parsed: set[str] = field(default_factory=set)

    def exists(self, path: str) -> bool:
        """Tell whether there is such a file in the project directory."""
        return not is_outside(path) and self.directory.read(path) is not None

    def read(self, path: str, by: Reference | None = None) -> bytes | None:
        """Return the content of a file, by its normalised path."""
        if is_remote(path):
            self.missing(
                path, "is on another host, and nothing is fetched from there; add its files to the project", by
            )
        elif is_outside(path):
            self.missing(path, "is outside of the project directory; only files in it can be read", by)
        elif (content := self.directory.read(path)) is not None:
            return content
        else:
            self.missing(path, "is not in the project directory; add it, or correct the path", by)
        return None

    def missing(self, path: str, reason: str, by: Reference | None) -> None:
        """Report a file that cannot be read."""
        self.incomplete = True
        if by is None:
            self.report.include(InvalidCompose([Problem(path, 0, 0, "", f"the file {path!r} {reason}")]))
        else:
            self.report.add(by.document, by.path, f"the file {path!r} {reason}")

    def parse(self, path: str, by: Reference | None = None) -> list[Map]:
        """Return the documents of a file as they are written."""
        content = self.read(path, by)
        if content is None:
            return []
        self._count(path, content)
        try:
            return yaml.parse(content, path)
        except InvalidCompose as error:
            self.failed(error)
            return []

    def _count(self, path: str, content: bytes) -> None:
        """Note that a file is parsed. Raises InvalidCompose if that happens too often, as different applications."""
        if path not in self._parsed:
            self._parsed.add(path)
            return
        self.repeated_bytes += len(content)
        if self.repeated_bytes > MAX_REPEATED:
            limit = f"files are included and extended again and again, more than {MAX_REPEATED} bytes"
            self.report.include(InvalidCompose([Problem(path, 0, 0, "", f"{limit}; include or extend less")]))
            self.report.check()

    def failed(self, error: InvalidCompose) -> None:
        """Report a document that could not be read."""
        self.incomplete = True
        self.report.include(error)

    def prepare(self, document: Map, variables: Mapping[str, str]) -> Map | None:
        """Replace variables and expand short forms in a document, in place. None: it cannot be used."""
        if not self.interpolated:
            canonical(document, Report())
            return document
        try:
            unset = interpolate(document, variables, self.report)
        except InvalidCompose as error:
            self.failed(error)
            return None
        for name, use in unset.items():
            self.unset.setdefault(name, use)
        canonical(document, self.report)
        return document

    def variables(self, paths: list[tuple[str, Reference | None]], known: Mapping[str, str]) -> dict[str, str]:
        """Return what environment files define: a later file wins; values may use `known` and earlier variables."""
        result: dict[str, str] = {}
        for path, by in paths:
            content = self.read(path, by)
            if content is None:
                continue
            self.environment_files.add(path)
            try:
                result.update(dotenv.parse(content, path, known.get, result))
            except InvalidCompose as error:
                self.failed(error)
        self.known.update(result)
        return result


def below(directory: str, path: str) -> str:
    """Return the path, from the root, of what is `path` in `directory`; a path to another host stays as it is."""
    return path if is_remote(path) else join(directory, path)
