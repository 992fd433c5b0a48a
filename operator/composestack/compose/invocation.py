"""How Docker's command line would be called: which files, from which directory, with which variables and name."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from composestack.compose import profiles, yaml
from composestack.compose.documents import Documents
from composestack.compose.paths import is_outside, join
from composestack.compose.problems import InvalidCompose, Problem
from composestack.compose.report import Report
from composestack.compose.source import ComposeSource
from composestack.compose.template import substitute
from composestack.compose.tree import Map
from composestack.compose.units import Parsed

INLINE = "compose"
"""The name, in messages, of an application that is in no file."""
FILE_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
OVERRIDE_NAMES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
PROJECT_NAME = "COMPOSE_PROJECT_NAME"


@dataclass(frozen=True, slots=True)
class Invocation:
    """The parsed files in order, the project directory (from the root), and what else is settled before loading."""

    files: Sequence[Parsed]
    directory: str
    variables: Mapping[str, str]
    profiles: tuple[str, ...]
    name: str


def invocation(source: ComposeSource, variables: Mapping[str, str], documents: Documents) -> Invocation:
    """Settle what Compose settles first. Raises InvalidCompose if there is nothing to load or its name is no name."""
    known = dict(variables)
    directory = _directory(source, source.compose_files)
    _add_environment_files(source, directory, known, documents)
    paths = _paths(source, known, documents)
    if directory != (directory := _directory(source, paths)):
        _add_environment_files(source, directory, known, documents)
    files = [*_inline(source, documents), *((path, documents.parse(path)) for path in paths)]
    name = _name(source, files, directory, known, documents.report)
    known[PROJECT_NAME] = name
    return Invocation(files, directory, known, profiles.selected(source.profiles, known), name)


def _directory(source: ComposeSource, paths: Sequence[str]) -> str:
    if source.project_directory is not None:
        return join(".", source.project_directory)
    return (posixpath.dirname(join(".", paths[0])) or ".") if paths and source.inline is None else "."


def _add_environment_files(source: ComposeSource, directory: str, known: dict[str, str], documents: Documents) -> None:
    """Add the variables of the environment files; those that are known already stay."""
    if source.env_files is not None:
        paths = [join(".", path) for path in source.env_files]
    else:
        default = join(directory, ".env")
        paths = [default] if documents.exists(default) else []
    for name, value in documents.variables([(path, None) for path in paths], known).items():
        known.setdefault(name, value)


def _paths(source: ComposeSource, variables: Mapping[str, str], documents: Documents) -> list[str]:
    """Return the files: those asked for, else those of COMPOSE_FILE, else what discovery finds."""
    if source.compose_files or source.inline is not None:
        return [join(".", path) for path in source.compose_files]
    if (chosen := variables.get("COMPOSE_FILE")) is not None:
        separator = variables.get("COMPOSE_PATH_SEPARATOR") or ":"
        paths = chosen.split(separator)
        if "" in paths:
            message = f"COMPOSE_FILE has an empty path in it: {chosen!r}; write paths with {separator!r} between them"
            raise InvalidCompose([Problem("", 0, 0, "", message)])
        return [join(".", path) for path in paths]
    return _discovered(_directory(source, ()), documents)


def _discovered(start: str, documents: Documents) -> list[str]:
    """Return the file of a directory, or of the nearest one above it, and what overrides it there."""
    directory = start
    while not (files := _existing(directory, FILE_NAMES, documents)) and not is_outside(directory) and directory != ".":
        directory = posixpath.dirname(directory) or "."
    if not files:
        message = f"there is no Compose file; add one of {', '.join(FILE_NAMES)}"
        raise InvalidCompose([Problem(start, 0, 0, "", message)])
    return [*files[:1], *_existing(directory, OVERRIDE_NAMES, documents)[:1]]


def _existing(directory: str, names: Sequence[str], documents: Documents) -> list[str]:
    return [path for path in (join(directory, name) for name in names) if documents.exists(path)]


def _inline(source: ComposeSource, documents: Documents) -> list[Parsed]:
    if source.inline is None:
        return []
    try:
        if isinstance(source.inline, str):
            return [(INLINE, yaml.parse(source.inline, INLINE))]
        return [(INLINE, [yaml.from_object(source.inline, INLINE)])]
    except InvalidCompose as error:
        documents.failed(error)
        return []


def _name(
    source: ComposeSource, files: Sequence[Parsed], directory: str, variables: Mapping[str, str], report: Report
) -> str:
    """Return the project's name: asked for, from COMPOSE_PROJECT_NAME, from the last file that has one, the default."""
    asked = source.project_name or variables.get(PROJECT_NAME)
    if asked:
        if asked != normal_name(asked):
            message = f"{asked!r} is not a project name; it has lower-case letters, digits, dashes and underscores only"
            raise InvalidCompose([Problem("", 0, 0, "name", message)])
        return asked
    written, by = "", Map()
    for _, documents in files:
        for document in documents:
            if isinstance(name := document.get("name"), str) and name:
                written, by = name, document
    default = normal_name(source.name if directory == "." else posixpath.basename(directory))
    if not written:
        return default
    try:
        chosen = normal_name(substitute(written, variables.get, lambda _: None))
    except ValueError:
        return default  # interpolation of the document reports it
    if not chosen:
        report.add(by, ("name",), f"{written!r} leaves no project name; it needs a letter or digit of ASCII")
    return chosen


def normal_name(text: str) -> str:
    """Return the text as a project name: lower case, without what a name cannot have."""
    return "".join(re.findall(r"[a-z0-9_-]", text.lower())).lstrip("_-")
