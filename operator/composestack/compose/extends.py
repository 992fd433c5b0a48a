"""`extends` (Compose Specification, "extends"): a service is its base with its own attributes on top."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from composestack.compose.canonical.reading import kind
from composestack.compose.documents import Reference, below
from composestack.compose.merge import NO_RULES, RULES, Merge, settled
from composestack.compose.nearest import nearest
from composestack.compose.report import Report
from composestack.compose.tree import Map, Seq

MAX_DEPTH = 100
"""The longest chain of services that extend each other."""
MAX_VALUES = 50_000
"""How many values extending services may inherit, all together."""
SECTIONS = ("services", "jobs")

Trail = tuple[tuple[str, str], ...]
"""The services that are being resolved, by file and name."""


@dataclass(slots=True)
class Budget:
    """What is left of a limit that several merges share."""

    values: int = MAX_VALUES

    def spend(self, value: Any) -> bool:
        """Count the values of a tree; return whether the limit still holds."""
        pending = [value]
        while pending and self.values > 0:
            each = pending.pop()
            self.values -= 1
            if isinstance(each, Map):
                pending.extend(each.values())
            elif isinstance(each, Seq):
                pending.extend(each)
        return self.values > 0


class Loader(Protocol):
    """Loads the documents of other files."""

    def extender(self, file: str, by: Reference) -> Extender | None:
        """Return the services of the file at a path from the root, or None if it cannot be read."""


@dataclass(slots=True)
class Extender:
    """Resolves the services of one document. `directory` is where the files that it names count from."""

    document: Map
    file: str
    directory: str
    section: str
    run: Run
    _resolved: dict[str, Any] = field(default_factory=dict)

    def entries(self) -> Any:
        """Return the section as it is written."""
        return self.document.get(self.section)

    def entry(self, name: str, trail: Trail = ()) -> Any:
        """Return a service with all that it inherits."""
        if name not in self._resolved:
            self._resolved[name] = self._extended(name, trail)
        return self._resolved[name]

    def _extended(self, name: str, trail: Trail) -> Any:
        service = self.entries()[name]
        reference = service.get("extends") if isinstance(service, Map) else None
        if reference is None:
            return service
        if not isinstance(reference, Map) or not isinstance(reference.get("service"), str):
            self._problem(name, "must be the name of a service, or a mapping with service and perhaps file")
            return service
        own = _without_extends(service)
        trail = (*trail, (self.file, name))
        if trail[-1] in trail[:-1]:
            self._problem(name, _cycle(trail))
            return own
        if len(trail) > MAX_DEPTH:
            self._problem(name, f"more than {MAX_DEPTH} services extend each other; shorten the chain")
            return own
        base = self._base(name, reference, trail)
        if not isinstance(base, Map):
            return own
        return self._merged(
            name, base if isinstance(reference.get("file"), str) else _without_every_gpu(base, own), own
        )

    def _base(self, name: str, reference: Map, trail: Trail) -> Any:
        base = reference["service"]
        extender: Extender | None = self
        if isinstance(file := reference.get("file"), str):
            by = Reference(self.document, (self.section, name, "extends", "file"))
            extender = self.run.loader.extender(below(self.directory, file), by)
        if extender is None:
            return None
        entries = extender.entries()
        if not isinstance(entries, Map) or base not in entries:
            where = f" in {extender.file}" if extender is not self else ""
            question = nearest(base, entries) if isinstance(entries, Map) else ""
            self._problem(name, f"there is no service {base!r}{where} to extend{question}; correct the name", "service")
            return None
        return extender.entry(base, trail)

    def _merged(self, name: str, base: Map, own: Map) -> Map:
        if self.run.budget.values <= 0:
            return own
        pattern = RULES.children[self.section].every or NO_RULES
        merged = Merge(self.document, self.run.report).mappings(settled(base), own, pattern, (self.section, name))
        if self.run.budget.spend(merged):
            return merged
        self._problem(name, f"services inherit more than {MAX_VALUES} values; extend smaller services")
        return own

    def _problem(self, name: str, message: str, *path: str) -> None:
        self.run.report.add(self.document, (self.section, name, "extends", *path), message)


@dataclass(frozen=True, slots=True)
class Run:
    """What the extenders of one load share."""

    loader: Loader
    report: Report
    budget: Budget


def _without_extends(service: Map) -> Map:
    result = service.holding((key, value) for key, value in service.items() if key != "extends")
    result.tags = service.tags
    return result


def _without_every_gpu(base: Map, own: Map) -> Map:
    """Return a base of the same file without `gpus: all` if there is a list instead: the word is not one of its items.

    A word is where its attribute is; an item of a list is behind it.
    """
    gpus = base.get("gpus")
    is_word = isinstance(gpus, Seq) and len(gpus) > 0 and gpus.mark(0) == base.mark("gpus")
    if not is_word or not isinstance(own.get("gpus"), Seq):
        return base
    return base.holding((key, value) for key, value in base.items() if key != "gpus")


def _cycle(trail: Trail) -> str:
    chain = " extends ".join(f"{name} ({file})" for file, name in trail)
    return f"Circular reference: {chain}; break the chain"


def extended(document: Map, file: str, directory: str, run: Run) -> Map:
    """Return a canonical document with all its services and jobs resolved."""
    result = document.holding(document)
    result.tags = document.tags
    for section in SECTIONS:
        entries = document.get(section)
        if section in document and not isinstance(entries, Map):
            run.report.add(document, (section,), f"must be a mapping, not {kind(entries)}")
        elif isinstance(entries, Map) and any(isinstance(each, Map) and "extends" in each for each in entries.values()):
            extender = Extender(document, file, directory, section, run)
            resolved = entries.holding((name, extender.entry(name)) for name in entries)
            resolved.tags = entries.tags
            result[section] = resolved
    return result
