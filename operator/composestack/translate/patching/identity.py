"""What no patch may touch: which object it is, whose, and which pods are its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from composestack.translate.annotations import is_reserved
from composestack.translate.labels import GROUP
from composestack.translate.planned import Manifest
from composestack.translate.pod_security import template_of

_SPEC = ("selector", "podSelector", "scaleTargetRef", "parentRefs", "serviceName")
"""Fields of a spec that say which other objects it is about."""
_POD = ("nodeName", "priority", "serviceAccount")
"""Fields of a pod that the API server or the scheduler fills in from others."""
_OURS = f"{GROUP}/"
_METADATA = ("annotations", "labels")
"""All of the metadata that a patch may add to."""


def touched(before: Manifest, after: Manifest) -> Iterator[str]:
    """Yield the fields of an object that a patch changed and must not change."""
    yield from (name for name in ("apiVersion", "kind") if before.get(name) != after.get(name))
    yield from _of_metadata(before["metadata"], after.get("metadata"), "metadata")
    inner, outer = before.get("spec"), after.get("spec")
    yield from (f"spec.{name}" for name in _SPEC if _get(inner, name) != _get(outer, name))
    if pods := template_of(before):
        found = template_of(after)
        yield from _of_metadata(pods.get("metadata", {}), _get(found, "metadata"), "template.metadata")
        now = _get(found, "spec")
        yield from (f"template.spec.{name}" for name in _POD if _get(pods["spec"], name) != _get(now, name))


def _of_metadata(before: Mapping[str, Any], after: Any, place: str) -> Iterator[str]:
    """Labels and annotations may be added, but none of ours, and none of ours may go."""
    if not isinstance(after, Mapping):
        yield place
        return
    names = sorted({*before, *after} - {*_METADATA})
    yield from (f"{place}.{name}" for name in names if _get(before, name) != _get(after, name))
    for name in _METADATA:
        old, new = before.get(name, {}), after.get(name, {})
        if not isinstance(new, Mapping):
            yield f"{place}.{name}"
            continue
        ours = [key for key in sorted({*old, *new}) if key.startswith(_OURS) or (name == "labels" and is_reserved(key))]
        yield from (f"{place}.{name}.{key}" for key in ours if old.get(key) != new.get(key))


def _get(holder: Any, name: str) -> Any:
    return holder.get(name) if isinstance(holder, Mapping) else None
