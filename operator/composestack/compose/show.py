"""The resolved project as `docker compose config` prints it: what was understood, in canonical form.

Durations, sizes and file modes are strings, as Docker writes them; attributes without effect are left out.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from composestack.compose import durations
from composestack.compose.model import (
    BindOptions,
    Build,
    Config,
    Container,
    Dependency,
    Deploy,
    DiscreteResource,
    Element,
    EnvFile,
    Grant,
    Healthcheck,
    Job,
    LanguageModel,
    Network,
    Project,
    RestartPolicy,
    Secret,
    Service,
    ServiceHook,
    ServiceModel,
    ServiceNetwork,
    ThrottleDevice,
    TmpfsOptions,
    Triggers,
    Ulimit,
    UpdateConfig,
    Watch,
    WeightDevice,
)
from composestack.compose.model.base import Form, forms

HIDDEN = frozenset({"extensions", "environment_from_files"})

PRESENT: dict[type[Element], frozenset[str]] = {
    Container: frozenset({"init", "stop_grace_period", "umask"}),
    Service: frozenset({"attach", "scale"}),
    Deploy: frozenset({"replicas"}),
    UpdateConfig: frozenset({"parallelism"}),
    RestartPolicy: frozenset({"delay", "max_attempts", "window"}),
    Healthcheck: frozenset({"interval", "timeout", "retries", "start_period", "start_interval"}),
    ServiceNetwork: frozenset({"use_service_name_alias"}),
    Network: frozenset({"enable_ipv4", "enable_ipv6"}),
    Grant: frozenset({"mode"}),
    Triggers: frozenset({"manual"}),
    Dependency: frozenset({"required"}),
    EnvFile: frozenset({"required"}),
    Watch: frozenset({"path", "action"}),
}
"""Attributes that are shown when they are zero or false, as long as they have a value."""

COMMANDS: dict[type[Element], frozenset[str]] = {
    Container: frozenset({"command", "entrypoint"}),
    ServiceHook: frozenset({"command"}),
}
"""Attributes that are also shown when they are empty: an empty command is not the one of the image."""

CONSTANT: dict[type[Element], Mapping[str, Any]] = {
    Container: {"command": None, "entrypoint": None},
    ServiceHook: {"command": None},
    Deploy: {"resources": {}, "placement": {}},
    Network: {"ipam": {}},
    Watch: {"exec": {"command": None}},
    DiscreteResource: {"kind": "", "value": 0},
}
"""What JSON shows for attributes that have no value."""


@dataclass(frozen=True, slots=True)
class _Style:
    """How a format differs from the other one."""

    sections: tuple[str, ...]
    present: Mapping[type[Element], frozenset[str]]
    constant: Mapping[type[Element], Mapping[str, Any]]
    special: Mapping[type[Element], Callable[[Any], Any]]
    is_document: bool
    """Whether it can be read again, so that extensions are in it, and nothing that means nothing."""


def show(project: Project) -> dict[str, Any]:
    """Return the project as a JSON value. Inactive services, models and the values of secrets are not in it."""
    return _View(_JSON).project(project)


def document(project: Project) -> dict[str, Any]:
    """Return the project as a Compose document, as `docker compose config` prints it as YAML (without `$$`).

    Unlike `show`, it has models, and the extensions of all elements.
    """
    return _View(_YAML).project(project)


class _View:
    def __init__(self, style: _Style) -> None:
        self._style = style

    def project(self, project: Project) -> dict[str, Any]:
        result: dict[str, Any] = {"name": project.name, "services": self._entries(project.services)}
        for section in self._style.sections:
            if entries := getattr(project, section):
                result[section] = self._entries(entries)
        return result | dict(project.extensions)

    def _entries(self, entries: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._value(entry, None) for name, entry in entries.items()}

    def _value(self, value: Any, form: Form | None) -> Any:
        if form in _FORMATS:
            return _FORMATS[form](value)
        if isinstance(value, ServiceNetwork | ServiceModel) and not value.model_fields_set:
            return None
        if isinstance(value, Element):
            return self._element(value)
        if isinstance(value, Mapping):
            return {key: self._value(each, None) for key, each in value.items()}
        if isinstance(value, tuple):
            return [self._value(each, None) for each in value]
        return value

    def _element(self, element: Element) -> Any:
        kind = type(element)
        if kind in self._style.special:
            return self._style.special[kind](element)
        known = forms(kind)
        present = _inherited(self._style.present, kind)
        result = dict(_inherited(self._style.constant, kind))
        for name in kind.model_fields:
            value = getattr(element, name)
            if value is None or name in HIDDEN or not (_has_effect(value) or name in present or name in result):
                continue
            result[name] = self._value(value, known.get(name))
        result = _without(element, result)
        return self._documented(element, result) if self._style.is_document else result

    def _documented(self, element: Element, result: dict[str, Any]) -> dict[str, Any]:
        for name in _inherited(_WHOLE, type(element)):
            if result.get(name) == {}:
                del result[name]
        return result | dict(element.extensions)


def _inherited(table: Mapping[type[Element], Any], kind: type[Element]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in kind.__mro__:
        if each in table:
            entry = table[each]
            found |= entry if isinstance(entry, Mapping) else dict.fromkeys(entry)
    return found


def _has_effect(value: Any) -> bool:
    return isinstance(value, Element) or bool(value)


def _without(element: Element, result: dict[str, Any]) -> dict[str, Any]:
    """Drop what is known from elsewhere, is the default, or is a secret."""
    if isinstance(element, Service | Job):
        del result["name"]
    elif isinstance(element, Secret) or (isinstance(element, Config) and element.environment is not None):
        result.pop("content", None)
    elif isinstance(element, LanguageModel) and "name" not in element.model_fields_set:
        result.pop("name", None)
    elif isinstance(element, EnvFile) and element.required:
        del result["required"]
    elif isinstance(element, BindOptions) and element.create_host_path:
        del result["create_host_path"]
    elif isinstance(element, BindOptions):
        result["create_host_path"] = False
    elif isinstance(element, TmpfsOptions) and element.mode:
        result["mode"] = element.mode
    elif isinstance(element, Build) and element.ssh:
        result["ssh"] = sorted(f"{key}: {path}" if path else key for key, path in element.ssh.items())
    return result


def single(value: float) -> float:
    """Return the shortest decimal number that is the same in single precision, in which Docker keeps CPU shares."""
    packed = struct.pack("f", value)
    for digits in range(1, 9):
        short = float(f"{value:.{digits}g}")
        if struct.pack("f", short) == packed:
            return short
    return float(f"{value:.9g}")


def _host_list(hosts: Mapping[str, tuple[str, ...]]) -> list[str]:
    return sorted(f"{host}={address}" for host, addresses in hosts.items() for address in addresses)


_FORMATS: dict[Form | None, Callable[[Any], Any]] = {
    Form.DURATION: durations.text,
    Form.SIZE: str,
    Form.WHOLE_SIZE: str,
    Form.SIZE_TEXT: str,
    Form.MODE: lambda mode: f"0{mode:o}",
    Form.NUMBER: single,
    Form.HOSTS: _host_list,
}


def _ulimit(limit: Ulimit) -> Any:
    if limit.single and limit.soft:
        return limit.soft
    return {name: value for name, value in (("soft", limit.soft), ("hard", limit.hard)) if value and not limit.single}


def _written_ulimit(limit: Ulimit) -> Any:
    return limit.soft if limit.single and limit.soft else {"soft": limit.soft, "hard": limit.hard}


_WHOLE: dict[type[Element], frozenset[str]] = {
    Deploy: frozenset({"resources", "placement"}),
    Network: frozenset({"ipam"}),
    Watch: frozenset({"exec"}),
}
"""Elements that a document does not have when they are empty."""
_SECTIONS = ("networks", "volumes", "secrets", "configs", "jobs")
_JSON = _Style(
    sections=_SECTIONS,
    present=PRESENT,
    constant=CONSTANT,
    special={
        Ulimit: _ulimit,
        ThrottleDevice: lambda device: {"Path": device.path or "", "Rate": str(device.rate or 0)},
        WeightDevice: lambda device: {"Path": device.path or "", "Weight": device.weight or 0},
    },
    is_document=False,
)
"""Some elements are printed in a way of their own: an ulimit as a number, block devices with capital letters."""
_YAML = _Style(
    sections=(*_SECTIONS, "models"),
    present={kind: PRESENT.get(kind, frozenset()) | COMMANDS.get(kind, frozenset()) for kind in {*PRESENT, *COMMANDS}},
    constant={DiscreteResource: CONSTANT[DiscreteResource]},
    special={
        Ulimit: _written_ulimit,
        ThrottleDevice: lambda device: {"path": device.path or "", "rate": str(device.rate or 0)},
        WeightDevice: lambda device: {"path": device.path or "", "weight": device.weight or 0},
    },
    is_document=True,
)
