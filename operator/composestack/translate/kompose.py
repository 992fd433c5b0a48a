"""The labels of kompose, read as if they stood in `x-kubernetes`: for those who come from there.

Source: kompose, user guide, "Labels". What Compose or `x-kubernetes` says goes before them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from composestack.compose.model import Service
from composestack.translate.extension.security import MAX_ID
from composestack.translate.extension.settings import KEY
from composestack.translate.refusal import Refusal


class Migrated(NamedTuple):
    """What labels say, in the form of `x-kubernetes`, and for each path there the one of its label."""

    written: Mapping[str, Any]
    origins: Mapping[str, str]
    problems: tuple[Refusal, ...]


class _Label(NamedTuple):
    """Where in `x-kubernetes` a value belongs, how it is read (None: it cannot be), and which values there are."""

    place: str
    read: Callable[[str], Any]
    values: str


def _text(value: str) -> str | None:
    return value.strip() or None


def _texts(value: str) -> list[str] | None:
    return [value.strip()] if value.strip() else None


def _hosts(value: str) -> list[str] | None:
    hosts = [host.strip() for host in value.split(",") if host.strip()]
    return None if not hosts or hosts == ["true"] else hosts


def _group(value: str) -> int | None:
    return int(value) if value.isdecimal() and int(value) <= MAX_ID else None


def _one_of(*words: str) -> Callable[[str], str | None]:
    known = {word.lower(): word for word in words}
    return lambda value: known.get(value.strip().lower())


def _headless(value: str) -> str | None:
    return "Headless" if value.strip().lower() == "headless" else None


_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")
_POLICIES = ("Always", "IfNotPresent", "Never")
_TYPES = ("NodePort", "LoadBalancer", "ClusterIP")
_TYPE = "kompose.service.type"
_LABELS: Mapping[str, _Label] = {
    _TYPE: _Label("publish.type", _one_of(*_TYPES), "nodeport, loadbalancer, clusterip or headless"),
    "kompose.service.expose": _Label("ingress.hosts", _hosts, "host names, such as shop.example.com/cart"),
    "kompose.service.expose.tls-secret": _Label("ingress.tls.secretName", _text, "the name of a Secret"),
    "kompose.service.expose.ingress-class-name": _Label("ingress.className", _text, "the name of an IngressClass"),
    "kompose.controller.type": _Label("workload", _one_of(*_WORKLOADS), "deployment, daemonset or statefulset"),
    "kompose.image-pull-policy": _Label("imagePullPolicy", _one_of(*_POLICIES), ", ".join(_POLICIES)),
    "kompose.image-pull-secret": _Label("imagePullSecrets", _texts, "the name of a Secret"),
    "kompose.security-context.fsgroup": _Label("securityContext.fsGroup", _group, "the number of a group"),
}
_HEADLESS = _Label("service.type", _headless, "headless")

HONOURED = frozenset(_LABELS)
"""The labels of kompose that have an effect on a service."""


def migrated(service: Service) -> Migrated:
    """Return what the labels of kompose on a service say. Most services have none."""
    written: dict[str, Any] = {}
    origins: dict[str, str] = {}
    problems = []
    for key in sorted(HONOURED & service.labels.keys()):
        path, value = f"services.{service.name}.labels.{key}", service.labels[key]
        label = _HEADLESS if key == _TYPE and _headless(value) else _LABELS[key]
        found = label.read(value)
        if found is None:
            problems.append(Refusal(path, f"{value!r} is not what this label takes", f"write {label.values}"))
        elif not _said(service, label.place):
            _put(written, label.place, found)
            origins[f"services.{service.name}.{KEY}.{label.place}"] = path
    hosts = written.get("ingress", {}).get("hosts", ())
    for index in range(len(hosts)):
        place = f"services.{service.name}.{KEY}.ingress.hosts"
        origins[f"{place}[{index}]"] = origins[place]
    return Migrated(written, origins, tuple(problems))


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
