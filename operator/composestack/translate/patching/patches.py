"""Patches of the stack, and the objects that they are for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from composestack.kinds import Ref
from composestack.translate import quantity
from composestack.translate.objects.base import ordered
from composestack.translate.patching import identity, json_patch, strategic_merge
from composestack.translate.patching.patch import Patch
from composestack.translate.patching.problem import BadPatch
from composestack.translate.planned import Manifest
from composestack.translate.refusal import Refusal


class Patched(NamedTuple):
    """Manifests after all patches; the path in the spec of the last patch of each that had one; what is wrong."""

    manifests: Mapping[Ref, Manifest]
    origins: Mapping[Ref, str]
    problems: Sequence[Refusal]


def patched(manifests: Mapping[Ref, Manifest], patches: Sequence[Patch]) -> Patched:
    """Apply patches in their order. An object whose patch is wrong stays as it is."""
    current = dict(manifests)
    origins: dict[Ref, str] = {}
    problems: list[Refusal] = []
    for index, patch in enumerate(patches):
        path = f"spec.patches[{index}]"
        found = [ref for ref, manifest in current.items() if patch.is_for(manifest)]
        problems += [] if found else [_no_target(patch, current.values(), f"{path}.target")]
        for ref in found:
            try:
                current[ref] = _changed(current[ref], patch)
                origins[ref] = path
            except BadPatch as bad:
                problems.append(Refusal(f"{path}.patch{bad.place}", bad.message, bad.remedy))
    return Patched(current, origins, problems)


def _changed(manifest: Manifest, patch: Patch) -> Manifest:
    if isinstance(patch.change, Mapping):
        after: Any = strategic_merge.merged(manifest, patch.change)
    elif isinstance(patch.change, Sequence) and not isinstance(patch.change, str):
        after = json_patch.applied(manifest, patch.change)
    else:
        raise BadPatch(
            "is neither a mapping nor a list", "write a strategic merge patch, or the operations of JSON 6902"
        )
    for field in identity.touched(manifest, after):
        message = f"{field} says what an object is and whose, which no patch may change"
        raise BadPatch(message, "leave it out")
    return ordered(_as_stored(after))


def _as_stored(value: Any, field: str = "", within: str = "") -> Any:
    """Return a value as the API server would give it back: without nulls, with canonical quantities."""
    if isinstance(value, Mapping):
        return {key: _as_stored(inner, key, field) for key, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_as_stored(item) for item in value]
    if within in {"limits", "requests"} or field == "sizeLimit":
        return quantity.normal(value)
    return value


def _no_target(patch: Patch, manifests: Iterable[Manifest], path: str) -> Refusal:
    known = {f"{each['kind']} {each['metadata']['name']}" for each in manifests}
    wanted = " ".join(filter(None, (patch.kind, patch.name or patch.service)))
    near = get_close_matches(wanted, sorted(known), n=1, cutoff=0.4)
    remedy = f"the nearest is {near[0]}" if near else "`composestack convert` shows which objects there are"
    return Refusal(path, f"there is no object of {patch}" if str(patch) else "names no object", remedy)
