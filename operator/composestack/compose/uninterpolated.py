"""What the files of an application make together while their variables stay as they are written.

There are no models of it, as any value may be a variable: what Compose fills in is filled into the document, as
`docker compose config --no-interpolate` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from composestack.compose.canonical.mounts import clean
from composestack.compose.canonical.values import switch
from composestack.compose.documents import Documents
from composestack.compose.hooks import inherited
from composestack.compose.include import Unit
from composestack.compose.invocation import invocation
from composestack.compose.normalize import DEFAULT_NETWORK, IF_NOT_PRESENT, MISSING, NAMESPACES
from composestack.compose.paths import Base, join, relocated
from composestack.compose.patterns import changed, compile_table, rewritten
from composestack.compose.report import Report
from composestack.compose.source import ComposeSource
from composestack.compose.tree import Map, Seq
from composestack.compose.units import Units

NAMED = ("networks", "volumes", "configs", "secrets")
"""Sections whose entries have a name outside of the project."""


def uninterpolated(source: ComposeSource, variables: Mapping[str, str]) -> Map:
    """Return the merged document with its variables. `variables` choose the files and the name of the project.

    It is no project: nothing is checked but that the files can be read and put together, and every profile is in it.
    Raises InvalidCompose.
    """
    report = Report()
    documents = Documents(source.directory, report, interpolated=False)
    call = invocation(source, variables, documents)
    units = Units(documents, source.home)
    merged = units.merged(call.files, Unit(call.directory, call.variables))
    report.check()
    whole = rewritten(merged, _DEFAULTS, _applied)
    if source.root is not None:
        whole = relocated(whole, Base(join(source.root, call.directory), source.home))
    result = _named(inherited(_completed(whole), units.budget, report), call.name)
    report.check()
    return result


Default = Callable[[Map], Mapping[str, Any]]
"""Returns what is missing in a mapping, and what takes the place of something in it."""


def _applied(rule: Default, value: Any) -> Any:
    return changed(value, rule(value)) if isinstance(value, Map) else value


def _missing(value: Map, **defaults: Any) -> dict[str, Any]:
    return {key: default for key, default in defaults.items() if key not in value}


def _build(value: Map) -> Mapping[str, Any]:
    changes = _missing(value, context=".")
    if "dockerfile_inline" not in value:
        changes |= _missing(value, dockerfile="Dockerfile")
    return changes | {key: switch(value[key]) for key in ("provenance", "sbom") if key in value}


def _device(value: Map) -> Mapping[str, Any]:
    return {} if "device_ids" in value else _missing(value, count="all")


def _mount(value: Map) -> Mapping[str, Any]:
    changes: dict[str, Any] = {}
    if isinstance(target := value.get("target"), str):
        changes["target"] = clean(target)
    if isinstance(bind := value.get("bind"), Map):
        changes["bind"] = changed(bind, _missing(bind, create_host_path=True))
    return changes


_WORKLOAD: dict[str, Default] = {
    "build": _build,
    "depends_on.*": lambda value: _missing(value, condition="service_started", required=True),
    "gpus.*": _device,
    "ports.*": lambda value: _missing(value, protocol="tcp", mode="ingress"),
    "secrets.*": lambda value: _missing(value, target=f"/run/secrets/{value.get('source')}"),
    "volumes.*": _mount,
}
_DEFAULTS = compile_table(
    {f"{section}.*.{path}": rule for section in ("services", "jobs") for path, rule in _WORKLOAD.items()}
    | {"services.*.deploy.resources.reservations.devices.*": _device}
)


def _completed(document: Map) -> Map:
    """Return the document with everything filled in that depends on other attributes of its workloads."""
    sections = {key: document[key] for key in ("services", "jobs") if isinstance(document.get(key), Map)}
    filled = {
        key: changed(section, {name: _workload(each) for name, each in section.items()})
        for key, section in sections.items()
    }
    networks = document.get("networks", Map())
    joined = any(_joins_default(each) for section in filled.values() for each in section.values())
    if joined and isinstance(networks, Map | None):
        filled["networks"] = Map() if networks is None else networks.holding(networks)
        filled["networks"].setdefault(DEFAULT_NETWORK, None)
    return changed(document.holding((key, each) for key, each in document.items() if key != "version"), filled)


def _joins_default(workload: Any) -> bool:
    networks = workload.get("networks") if isinstance(workload, Map) else None
    return isinstance(networks, Map) and DEFAULT_NETWORK in networks and "provider" not in workload


def _workload(value: Any) -> Any:
    if not isinstance(value, Map):
        return value
    changes: dict[str, Any] = {}
    if not value.get("networks") and not {"network_mode", "provider"} & value.keys():
        changes["networks"] = Map([(DEFAULT_NETWORK, None)])
    if value.get("pull_policy") == IF_NOT_PRESENT:
        changes["pull_policy"] = MISSING
    dependencies = dict(_dependencies(value))
    if isinstance(written := value.get("depends_on", Map()), Map) and (dependencies or written):
        changes["depends_on"] = changed(written, {**dependencies, **written})
    return changed(value, changes)


def _dependencies(workload: Map) -> Iterator[tuple[str, Map]]:
    """Yield what must start first, as normalize.py does; of several for one service, the first is the last here."""
    for source in reversed(_texts(workload.get("volumes_from"))):
        if not source.startswith("container:"):
            yield source.split(":")[0], _started(restart=False)
    for namespace in NAMESPACES:
        mode = workload.get(namespace)
        if isinstance(mode, str) and mode.startswith("service:"):
            yield mode.removeprefix("service:"), _started(restart=True)
    for link in _texts(workload.get("links")):
        name, colon, alias = link.partition(":")
        yield (name if colon and ":" not in alias else link), _started(restart=True)


def _started(*, restart: bool) -> Map:
    return Map({"condition": "service_started", "restart": restart, "required": True})


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, Seq) else []


def _named(document: Map, project: str) -> Map:
    """Return the document with the name of the project, and those of its networks, volumes, …"""
    named: dict[str, Any] = {"name": project}
    for section in NAMED:
        if isinstance(entries := document.get(section), Map):
            names = {key: key if _is_external(each) else f"{project}_{key}" for key, each in entries.items()}
            named[section] = entries.holding((key, _with_name(each, names[key])) for key, each in entries.items())
    return Map({**document, **named})


def _is_external(entry: Any) -> bool:
    return isinstance(entry, Map) and str(entry.get("external")).lower() in {"true", "t", "1"}


def _with_name(entry: Any, name: str) -> Any:
    if entry is not None and not isinstance(entry, Map):
        return entry
    written = Map() if entry is None else entry
    return changed(written, {} if written.get("name") is not None else {"name": name})
