"""What the labels of kompose on a service say, in the form of `x-kubernetes`.

What Compose or `x-kubernetes` says goes before them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from composestack.compose.model import Service
from composestack.translate.extension.settings import KEY
from composestack.translate.kompose import (
    host_ports,
    init_containers,
    pods,
    probes,
    publishing,
    resources,
    scaling,
    schedules,
    volumes,
)
from composestack.translate.kompose.label import Label, Migrated, Table
from composestack.translate.kompose.names import NAME
from composestack.translate.refusal import Refusal

_ON_SERVICES: Table = {
    **pods.LABELS,
    **probes.LABELS,
    **publishing.LABELS,
    **scaling.LABELS,
    **schedules.LABELS,
}
_NODE_PORTS = "publish.nodePorts"
_ON_DEPLOY: Table = resources.LABELS

HONOURED = frozenset({*_ON_SERVICES, *host_ports.LABELS, *init_containers.LABELS, *volumes.ON_SERVICES, NAME})
"""The labels of kompose that have an effect on a service."""
HONOURED_OF_DEPLOY = frozenset(_ON_DEPLOY)
"""Those that have one in `deploy`."""


def migrated(service: Service) -> Migrated:
    """Return what the labels of kompose on a service say. Most services have none."""
    written: dict[str, Any] = {}
    origins: dict[str, str] = {}
    problems = host_ports.problems(service)
    for path, value, meanings in _labels(service):
        label, found = _read(value, meanings)
        if found is None:
            problems.append(Refusal(path, f"{value!r} is not what this label takes", f"write {label.values}"))
        elif label.place == _NODE_PORTS and len(service.ports) != 1:
            message = f"{len(service.ports)} ports are published, and the label does not say which one it means"
            problems.append(Refusal(path, message, f"write {KEY}.{label.place}"))
        elif not _said(service, label.place):
            _put(written, label.place, _of_port(found, service) if label.place == _NODE_PORTS else found)
            origins.update(dict.fromkeys(_places(service, label.place, found), path))
    return Migrated(_complete(service, written, origins), {**origins, **_of_ports(service)}, tuple(problems))


def _places(service: Service, place: str, found: Any) -> Iterator[str]:
    """Yield the paths at which a problem is one of the label: the place, what is in it, and the mappings around it that
    only labels write.
    """
    whole = f"services.{service.name}.{KEY}.{place}"
    yield whole
    yield from (f"{whole}[{index}]" for index in range(len(found) if isinstance(found, list) else 0))
    while "." in place:
        place = place.rpartition(".")[0]
        if not _in_extension(service, place):
            yield f"services.{service.name}.{KEY}.{place}"


def _complete(service: Service, written: dict[str, Any], origins: dict[str, str]) -> dict[str, Any]:
    """Add what kompose has from elsewhere, or decides itself."""
    path = f"services.{service.name}.{KEY}.autoscale"
    if path in origins:
        written["autoscale"] = scaling.complete(written["autoscale"])
        origins |= {f"{path}.{key}": origins.get(f"{path}.{key}", origins[path]) for key in written["autoscale"]}
    if "liveness" in written.get("probes", {}) and service.healthcheck is not None:
        written["probes"]["liveness"] |= probes.timings(service.healthcheck)
    return written


def _of_ports(service: Service) -> dict[str, str]:
    """The label that puts ports on the node, by the path of each mode."""
    label = host_ports.label(service)
    path = f"services.{service.name}"
    return {f"{path}.ports[{index}].mode": f"{path}.labels.{label}" for index in range(len(service.ports)) if label}


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


def _of_port(node_ports: Mapping[str, int], service: Service) -> dict[str, int]:
    """Return the node port of the only published port by its name."""
    (port,) = service.ports
    number = (port.published or "").partition("-")[0] or port.target
    return {f"{number}/{port.protocol}": node_ports[publishing.ONLY]}


def _said(service: Service, place: str) -> bool:
    """Tell whether the extension, or an attribute of Compose, says already what belongs to this place."""
    if _in_extension(service, place):
        return True
    if place == "imagePullPolicy":
        return service.pull_policy is not None
    if place == "workload":
        return service.deploy is not None and service.deploy.mode is not None
    return False


def _in_extension(service: Service, place: str) -> bool:
    found = service.extensions.get(KEY)
    for key in place.split("."):
        if not isinstance(found, Mapping) or key not in found:
            return False
        found = found[key]
    return True


def _put(written: dict[str, Any], place: str, value: Any) -> None:
    *parents, last = place.split(".")
    for parent in parents:
        written = written.setdefault(parent, {})
    written[last] = value
