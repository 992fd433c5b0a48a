"""`pre_start` hooks inherit what makes the container of their service (Compose Specification, "pre_start")."""

from __future__ import annotations

from typing import Any

from composestack.compose.extends import Budget
from composestack.compose.merge import merge_entry, settled
from composestack.compose.model import Container
from composestack.compose.normalize import DEFAULT_NETWORK, IF_NOT_PRESENT, MISSING
from composestack.compose.report import Report
from composestack.compose.tree import Map, Seq

INHERITED = frozenset(Container.model_fields) - {"extensions", "environment_from_files", "volumes"}
"""Mounts are shared when the hook runs; all else is inherited here."""


def inherited(document: Map, budget: Budget, report: Report) -> Map:
    """Return a merged document in which each hook has what its service says, with its own attributes on top."""
    services = document.get("services")
    if not isinstance(services, Map) or not has_hooks(document):
        return document
    result = document.holding(document)
    result["services"] = services.holding(services)
    for name, service in services.items():
        if hooks := _hooks(service):
            base = _base(service)
            merged = hooks.holding(())
            for hook in hooks:
                entry = (
                    merge_entry(("services", name), base, settled(hook), document, report)
                    if budget.values > 0
                    else hook
                )
                merged.append(entry if budget.spend(entry) else hook)
            result["services"][name] = service.holding({**service, "pre_start": merged})
    if not budget.spend(None):
        report.add(document, ("services",), "hooks inherit too many values; declare fewer")
    return result


def has_hooks(document: Map) -> bool:
    """Tell whether some service of a document has such hooks."""
    services = document.get("services")
    return isinstance(services, Map) and any(map(_hooks, services.values()))


def _base(service: Map) -> Map:
    """Return what hooks inherit; that includes what loading fills in for the service, and not for hooks."""
    base = service.holding((key, value) for key, value in service.items() if key in INHERITED)
    if base.get("pull_policy") == IF_NOT_PRESENT:
        base["pull_policy"] = MISSING
    if isinstance(gpus := base.get("gpus"), Seq):
        base["gpus"] = gpus.holding(map(_counted, gpus))
    if not service.get("networks") and not {"network_mode", "provider"} & service.keys():
        base["networks"] = Map([(DEFAULT_NETWORK, None)])
    return base


def _counted(request: Any) -> Any:
    if not isinstance(request, Map) or {"count", "device_ids"} & request.keys():
        return request
    return request.holding({**request, "count": "all"})


def _hooks(service: Any) -> Seq | None:
    hooks = service.get("pre_start") if isinstance(service, Map) else None
    return hooks if isinstance(hooks, Seq) and all(isinstance(hook, Map) for hook in hooks) else None
