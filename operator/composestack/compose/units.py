"""One application out of its files: each document with what it includes and extends, over the documents before it."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, field

from composestack.compose.constraints import violations
from composestack.compose.documents import Documents, Reference
from composestack.compose.extends import Budget, Extender, Run, extended
from composestack.compose.include import Inclusion, Unit
from composestack.compose.incomplete import null, unsourced, untargeted
from composestack.compose.layers import Layered, Layers
from composestack.compose.paths import Base, relative, relocated
from composestack.compose.tree import Map

Parsed = tuple[str, Sequence[Map]]
"""The name of a file and its documents."""


class Units:
    """Builds the units of one load."""

    def __init__(self, documents: Documents, home: str | None) -> None:
        self.documents = documents
        self.home = home
        self.inclusion = Inclusion(documents, self, home)
        self.budget = Budget()
        self.layers = Layers(documents.report, checked=documents.interpolated)

    def unit(self, files: Sequence[tuple[str, Reference]], unit: Unit) -> Map:
        """Return the merged document of the files of an included application, which must be valid by itself."""
        result = self.merged([(path, self.documents.parse(path, by)) for path, by in files], unit)
        project = self.layers.check(result)
        for path, message in (*(violations(project) if project else ()), *unsourced(result)):
            self.documents.report.add(result, path, message)
        return result

    def merged(self, files: Sequence[Parsed], unit: Unit) -> Map:
        """Return the merged document of files that are parsed already."""
        run = Run(_Bases(self, unit), self.documents.report, self.budget)
        result = Layered()
        for file, document in ((file, document) for file, documents in files for document in documents):
            prepared = self.documents.prepare(document, unit.variables)
            if prepared is not None:
                complete = self.inclusion.resolve(prepared, _with_file(unit, file))
                result = self.layers.over(result, extended(complete, file, unit.directory, run))
        return result.document


def _with_file(unit: Unit, file: str) -> Unit:
    """Return the unit as what one of its documents includes sees it."""
    return unit if file in unit.chain else Unit(unit.directory, unit.variables, (*unit.chain, file))


@dataclass(slots=True)
class _Bases:
    """Loads the files that the services of a unit extend, once each."""

    units: Units
    unit: Unit
    _loaded: dict[str, Extender | None] = field(default_factory=dict)

    def extender(self, file: str, by: Reference) -> Extender | None:
        """Return the services of a file, with their paths as seen from the directory of the unit."""
        if file not in self._loaded:
            self._loaded[file] = self._load(file, by)
        return self._loaded[file]

    def _load(self, file: str, by: Reference) -> Extender | None:
        documents = self.units.documents
        parsed = documents.parse(file, by)
        prepared = [documents.prepare(document, self.unit.variables) for document in parsed]
        if not parsed or None in prepared:
            return None
        layered = Layered()
        for document in prepared:
            if document is not None:
                layered = self.units.layers.over(layered, document, checked=False)
        merged = layered.document
        for path, message in (*untargeted(merged), *unsourced(merged), *null(merged)):
            documents.report.add(merged, path, message)
        directory = posixpath.dirname(file) or "."
        base = Base(relative(directory, self.unit.directory), self.units.home, complete=False)
        run = Run(self, documents.report, self.units.budget)
        return Extender(relocated(merged, base), file, directory, "services", run)
