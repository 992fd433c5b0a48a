"""`include` (Compose Specification, "include"): other Compose applications as parts of this one.

An included application is loaded on its own, with its own directory and `.env`. What both declare is merged, and the
including document is on top.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from composestack.compose.canonical.reading import kind
from composestack.compose.documents import Documents, Reference, below
from composestack.compose.merge import merge_entry, settled
from composestack.compose.paths import Base, relative, relocated
from composestack.compose.tree import Map, Seq

MAX_DEPTH = 20
"""How deep applications may include each other."""
MAX_INCLUDES = 100
"""How many includes an application may have, all together."""
SECTIONS = ("services", "jobs", "volumes", "networks", "secrets", "configs", "models")


@dataclass(frozen=True, slots=True)
class Unit:
    """An application that is loaded: its directory, from the root, its variables, and the files that include it."""

    directory: str
    variables: Mapping[str, str]
    chain: tuple[str, ...] = ()


class Loader(Protocol):
    """Loads the documents of a unit into one."""

    def unit(self, files: list[tuple[str, Reference]], unit: Unit) -> Map:
        """Return the merged document of some files."""


@dataclass(slots=True)
class Inclusion:
    """The includes of one load. The same application is loaded once for the same variables."""

    documents: Documents
    loader: Loader
    home: str | None
    contents: dict[tuple[str, str], str] = field(default_factory=dict)
    """Values of secrets and configs that come from a variable of an included application, by section and name."""
    _count: int = 0
    _loaded: dict[object, Map] = field(default_factory=dict)

    def resolve(self, document: Map, unit: Unit) -> Map:
        """Return a document with what it includes; `include` is gone."""
        entries = document.get("include")
        if "include" not in document:
            return document
        result = document.holding((key, value) for key, value in document.items() if key != "include")
        result.tags = document.tags
        if isinstance(entries, Seq):
            for index in range(len(entries)):
                self._add(result, document, index, unit)
        elif entries is not None:
            self.documents.report.add(document, ("include",), f"must be a list, not {kind(entries)}")
        return result

    def _add(self, result: Map, document: Map, index: int, unit: Unit) -> None:
        self._count += 1
        if self._count > MAX_INCLUDES:
            message = f"more than {MAX_INCLUDES} includes; include fewer, or merge some of the files"
            self.documents.report.add(document, ("include", index), message)
            return
        imported = self._imported(document, index, unit)
        for section in SECTIONS:
            theirs = imported.get(section)
            if not isinstance(theirs, Map):
                continue
            ours = result.get(section)
            entries = Map(ours, ours.marks.copy(), ours.file) if isinstance(ours, Map) else Map()
            if isinstance(ours, Map):
                entries.tags = ours.tags
            for name, entry in theirs.items():
                if name not in entries:
                    entries[name] = settled(entry)
                    entries.marks[name] = theirs.mark(name)
                elif entries[name] != entry:
                    place = (section, name)
                    entries[name] = merge_entry(place, settled(entry), entries[name], document, self.documents.report)
            result[section] = entries

    def _imported(self, document: Map, index: int, unit: Unit) -> Map:
        entry = document["include"][index]
        by = Reference(document, ("include", index))
        paths = entry.get("path") if isinstance(entry, Map) else None
        if not isinstance(paths, Seq) or not paths or not all(isinstance(path, str) for path in paths):
            self.documents.report.add(document, by.path, "must be a path, or a mapping with path")
            return Map()
        files = [(below(unit.directory, path), by) for path in paths]
        main = files[0][0]
        if main in unit.chain or len(unit.chain) > MAX_DEPTH:
            chain = " includes ".join((*unit.chain, main))
            problem = "include cycle" if main in unit.chain else f"more than {MAX_DEPTH} levels of include"
            self.documents.missing(main, f"cannot be included ({problem}: {chain})", by)
            return Map()
        directory = posixpath.dirname(main) or "."
        if isinstance(own := entry.get("project_directory"), str) and own:
            directory = below(unit.directory, own)
        elif not isinstance(own, str | None):
            self.documents.report.add(document, (*by.path, "project_directory"), f"must be a path, not {kind(own)}")
        known = dict(unit.variables)
        variables = {**self._variables(entry, directory, unit, by), **known}
        return self._load(files, Unit(directory, variables, (*unit.chain, main)), unit)

    def _variables(self, entry: Map, directory: str, unit: Unit, by: Reference) -> dict[str, str]:
        """Return the variables of an include's environment files, by default those of `.env` in its directory."""
        files = entry.get("env_file")
        if not isinstance(files, Seq | None) or not all(isinstance(path, str) for path in files or ()):
            self.documents.report.add(by.document, (*by.path, "env_file"), "must be a path, or a list of paths")
        if not isinstance(files, Seq) or not files:
            default = below(directory, ".env")
            paths = [default] if self.documents.exists(default) else []
        else:
            paths = [below(unit.directory, path) for path in files if isinstance(path, str) and path != "/dev/null"]
        return self.documents.variables([(path, by) for path in paths], unit.variables)

    def _load(self, files: list[tuple[str, Reference]], unit: Unit, parent: Unit) -> Map:
        """Load an application, once, with its paths as seen from the including one."""
        key = (
            tuple(path for path, _ in files),
            unit.directory,
            parent.directory,
            tuple(sorted(unit.variables.items())),
        )
        if key not in self._loaded:
            directory = unit.directory
            if not directory.startswith("/"):
                directory = relative(directory, parent.directory)
            loaded = relocated(self.loader.unit(files, unit), Base(directory, self.home))
            self._note_contents(loaded, unit)
            self._loaded[key] = with_variables(loaded, unit.variables)
        return self._loaded[key]

    def _note_contents(self, document: Map, unit: Unit) -> None:
        for section in ("secrets", "configs"):
            entries = document.get(section)
            for name, entry in entries.items() if isinstance(entries, Map) else ():
                variable = entry.get("environment") if isinstance(entry, Map) else None
                if isinstance(variable, str) and variable in unit.variables:
                    self.contents.setdefault((section, name), unit.variables[variable])


def with_variables(document: Map, variables: Mapping[str, str]) -> Map:
    """Return a document in which names without value in lists of variables have those of their own application."""
    result = document.holding(document)
    for section in ("services", "jobs"):
        if isinstance(entries := document.get(section), Map):
            result[section] = entries.holding((name, _valued(entry, variables)) for name, entry in entries.items())
    return result


def _valued(entry: Any, variables: Mapping[str, str]) -> Any:
    names = entry.get("environment") if isinstance(entry, Map) else None
    if not isinstance(names, Seq) or not any(isinstance(name, str) and name in variables for name in names):
        return entry
    result = entry.holding(entry)
    lines = (f"{name}={variables[name]}" if isinstance(name, str) and name in variables else name for name in names)
    result["environment"] = names.holding(lines)
    return result
