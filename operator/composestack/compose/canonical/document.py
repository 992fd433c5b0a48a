"""Which attribute has which short form, and the walk that expands them all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from composestack.compose.canonical import build, files, mounts, ports, resource
from composestack.compose.canonical.expansion import (
    Malformed,
    TooMany,
    dependencies,
    keyed,
    listed,
    listed_present,
    pairs,
)
from composestack.compose.canonical.reading import kind
from composestack.compose.patterns import Pattern, compile_table
from composestack.compose.report import Report
from composestack.compose.tree import UNKNOWN, Map, Mark, Seq

Expansion = Callable[[Any, Mark], Any]

MAX_EXPANDED = 30_000
"""How many short forms a document may have, each counting as all that it stands for: a range of ports is many."""

_CONTAINER: dict[str, Expansion] = {
    "configs.*": mounts.grant,
    "devices.*": mounts.device,
    "dns": listed_present,
    "dns_search": listed,
    "env_file": files.env_files,
    "gpus": resource.gpus,
    "label_file": listed,
    "models": keyed,
    "networks": keyed,
    "secrets.*": mounts.grant,
    "tmpfs": listed,
    "ulimits.*": resource.ulimit,
    "volumes.*": mounts.volume,
}
_WORKLOAD: dict[str, Expansion] = {
    "build": build.build,
    "build.additional_contexts": pairs,
    "build.secrets.*": mounts.grant,
    "build.ssh": build.ssh,
    "build.ulimits.*": resource.ulimit,
    "depends_on": dependencies,
    "extends": resource.extends,
    "ports": ports.ports,
}
EXPANSIONS: dict[str, Expansion] = {
    **{f"{prefix}.{path}": rule for prefix in ("services.*", "jobs.*") for path, rule in _WORKLOAD.items()},
    **{
        f"{prefix}.{path}": rule
        for prefix in ("services.*", "jobs.*", "services.*.pre_start.*")
        for path, rule in _CONTAINER.items()
    },
    "services.*.pre_start.*.dns": listed,
    "services.*.pre_start.*.volumes.*": mounts.hook_volume,
    "services.*.develop.watch.*.ignore": listed,
    "services.*.develop.watch.*.include": listed,
    "jobs.*.triggers.schedule.*": resource.schedule,
    **{f"{section}.*": resource.external for section in ("networks", "volumes", "secrets", "configs")},
    "include.*": files.inclusion,
}
"""Short forms by attribute; `*` is any key or item. A function gets the value and where it was written."""

EXPECTED: dict[Expansion, str] = {
    build.build: "a path or a mapping",
    build.ssh: "a list or a mapping",
    dependencies: "a list or a mapping",
    files.env_files: "a path or a list",
    mounts.device: "a path or a mapping",
    mounts.grant: "a name or a mapping",
    **dict.fromkeys((mounts.volume, mounts.hook_volume), "a string such as data:/data, or a mapping"),
    pairs: "a list or a mapping",
    ports.ports: "a list",
    resource.extends: "the name of a service, or a mapping",
    resource.gpus: "the word all, or a list",
    resource.schedule: "a crontab expression, or a mapping",
}
"""What a value must be that stands for a mapping or a list. It is an error of each document, even if replaced later."""


_EXPANSIONS = compile_table(EXPANSIONS)


def canonical(document: Map, report: Report) -> None:
    """Expand the short forms of a document in place. The document must not share containers with another one.

    Raises InvalidCompose if there are too many.
    """
    _Walk(document, report).visit(document, _EXPANSIONS, UNKNOWN)


class _Walk:
    def __init__(self, document: Map, report: Report) -> None:
        self._document = document
        self._report = report
        self._path: list[str | int] = []
        self._room = MAX_EXPANDED

    def visit(self, value: Any, pattern: Pattern[Expansion], mark: Mark) -> Any:
        if pattern.rule is not None:
            value = self._expanded(value, pattern.rule, mark)
        if isinstance(value, Map):
            if pattern.children or pattern.every is not None:
                self._entries(value, pattern)
        elif pattern.every is not None and isinstance(value, Seq):
            self._items(value, pattern.every)
        return value

    def _entries(self, value: Map, pattern: Pattern[Expansion]) -> None:
        children, every = pattern.children, pattern.every
        for key, each in value.items():
            below = children.get(key, every)
            if below is not None and each is not None:
                self._path.append(key)
                value[key] = self.visit(each, below, value.mark(key) if below.rule is not None else UNKNOWN)
                self._path.pop()

    def _items(self, value: Seq, every: Pattern[Expansion]) -> None:
        for index, each in enumerate(value):
            self._path.append(index)
            value[index] = self.visit(each, every, value.mark(index) if every.rule is not None else UNKNOWN)
            self._path.pop()

    def _expanded(self, value: Any, expansion: Expansion, mark: Mark) -> Any:
        try:
            result = expansion(value, mark)
            if not isinstance(result, (Map, Seq)) and expansion in EXPECTED:
                raise Malformed(f"must be {EXPECTED[expansion]}, not {kind(value)}")
        except TooMany as error:
            self._report.fail(self._document, (*self._path, error.index), str(error))
        except Malformed as error:
            for index, message in error.items.items():
                self._report.add(self._document, (*self._path, index), message)
            self._report.settle(self._document, tuple(self._path), str(error))
            return value
        self._room -= len(result) if isinstance(result, Seq) else 1
        if self._room < 0:
            message = f"the document has more than {MAX_EXPANDED} short forms; split it"
            self._report.fail(self._document, tuple(self._path), message)
        return result
