"""What the labels of kompose on a service say, in the form of `x-kubernetes`.

What Compose or `x-kubernetes` says goes before them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from composestack.compose.model import Service
from composestack.translate.extension.settings import KEY
from composestack.translate.kompose import init_containers, pods, publishing, schedules
from composestack.translate.kompose.label import Label, Table
from composestack.translate.refusal import Refusal


class Migrated(NamedTuple):
    """What labels say, in the form of `x-kubernetes`, and for each path there the one of its label."""

    written: Mapping[str, Any]
    origins: Mapping[str, str]
    problems: tuple[Refusal, ...]


_ON_SERVICES: Table = {**pods.LABELS, **publishing.LABELS, **schedules.LABELS}
_ON_DEPLOY: Table = {}

HONOURED = init_containers.LABELS.union(_ON_SERVICES)
"""The labels of kompose that have an effect on a service."""


def migrated(service: Service) -> Migrated:
    """Return what the labels of kompose on a service say. Most services have none."""
    written: dict[str, Any] = {}
    origins: dict[str, str] = {}
    problems = []
    for path, value, meanings in _labels(service):
        label, found = _read(value, meanings)
        if found is None:
            problems.append(Refusal(path, f"{value!r} is not what this label takes", f"write {label.values}"))
        elif not _said(service, label.place):
            _put(written, label.place, found)
            place = f"services.{service.name}.{KEY}.{label.place}"
            origins |= {f"{place}[{index}]": path for index in range(len(found) if isinstance(found, list) else 0)}
            origins[place] = path
    return Migrated(written, origins, tuple(problems))


def _labels(service: Service) -> Iterator[tuple[str, str, tuple[Label, ...]]]:
    """Yield the path, the value and the meanings of each label that has some."""
    path, deploy = f"services.{service.name}", service.deploy
    for where, table, labels in (
        (f"{path}.labels", _ON_SERVICES, service.labels),
        (f"{path}.deploy.labels", _ON_DEPLOY, deploy.labels if deploy else {}),
    ):
        for key in sorted(table.keys() & labels.keys()):
            yield f"{where}.{key}", labels[key], table[key]


def _read(value: str, meanings: tuple[Label, ...]) -> tuple[Label, Any]:
    """Return the first meaning that can read a value, with what it read; the last one with None if none can."""
    found = ((label, label.read(value)) for label in meanings)
    return next((each for each in found if each[1] is not None), (meanings[-1], None))


def _said(service: Service, place: str) -> bool:
    """Tell whether an attribute of Compose says already what belongs to this place."""
    if place == "imagePullPolicy":
        return service.pull_policy is not None
    if place == "workload":
        return service.deploy is not None and service.deploy.mode is not None
    return False


def _put(written: dict[str, Any], place: str, value: Any) -> None:
    *parents, last = place.split(".")
    for parent in parents:
        written = written.setdefault(parent, {})
    written[last] = value
