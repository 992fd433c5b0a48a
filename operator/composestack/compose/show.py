"""The resolved project as `docker compose config --format json` prints it: what was understood, in canonical form.

Durations, sizes and file modes are strings, as Docker writes them; attributes without effect are left out.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
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

SECTIONS = ("networks", "volumes", "secrets", "configs", "jobs")
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

CONSTANT: dict[type[Element], Mapping[str, Any]] = {
    Container: {"command": None, "entrypoint": None},
    ServiceHook: {"command": None},
    Deploy: {"resources": {}, "placement": {}},
    Network: {"ipam": {}},
    Watch: {"exec": {"command": None}},
    DiscreteResource: {"kind": "", "value": 0},
}
"""What is shown for attributes that have no value."""


def show(project: Project) -> dict[str, Any]:
    """Return the project as a JSON value. Inactive services, models and the values of secrets are not in it."""
    result: dict[str, Any] = {"name": project.name, "services": _entries(project.services)}
    for section in SECTIONS:
        if entries := getattr(project, section):
            result[section] = _entries(entries)
    return result | dict(project.extensions)


def _entries(entries: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(entry, None) for name, entry in entries.items()}


def _element(element: Element) -> Any:
    kind = type(element)
    if kind in _SPECIAL:
        return _SPECIAL[kind](element)
    known = forms(kind)
    present = _inherited(PRESENT, kind)
    result = dict(_inherited(CONSTANT, kind))
    for name in kind.model_fields:
        value = getattr(element, name)
        if value is None or name in HIDDEN or not (_has_effect(value) or name in present or name in result):
            continue
        result[name] = _value(value, known.get(name))
    return _without(element, result)


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


def _value(value: Any, form: Form | None) -> Any:
    if form in _FORMATS:
        return _FORMATS[form](value)
    if isinstance(value, ServiceNetwork | ServiceModel) and not value.model_fields_set:
        return None
    if isinstance(value, Element):
        return _element(value)
    if isinstance(value, Mapping):
        return {key: _value(each, None) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_value(each, None) for each in value]
    return value


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
    Form.SIZE_TEXT: str,
    Form.MODE: lambda mode: f"0{mode:o}",
    Form.NUMBER: single,
    Form.HOSTS: _host_list,
}


def _ulimit(limit: Ulimit) -> Any:
    if limit.single and limit.soft:
        return limit.soft
    return {name: value for name, value in (("soft", limit.soft), ("hard", limit.hard)) if value and not limit.single}


_SPECIAL: dict[type[Element], Callable[[Any], Any]] = {
    Ulimit: _ulimit,
    ThrottleDevice: lambda device: {"Path": device.path or "", "Rate": str(device.rate or 0)},
    WeightDevice: lambda device: {"Path": device.path or "", "Weight": device.weight or 0},
}
"""Elements that Docker prints in a way of their own: an ulimit as a number, block devices with capital letters."""
