"""Strategic merge patches (Kubernetes API conventions, "Patch operations").

Mappings merge by key, null deletes, and the lists of a pod that have keys merge by them. `$patch: delete` and `$patch:
replace` say otherwise. There are no schemas offline, so the keys of the lists are a small table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from composestack.translate.patching.problem import BadPatch

DIRECTIVE = "$patch"
LIST_KEYS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "containers": (("name",),),
    "env": (("name",),),
    "hostAliases": (("ip",),),
    "imagePullSecrets": (("name",),),
    "initContainers": (("name",),),
    "ports": (("containerPort", "protocol"), ("port", "protocol")),
    "resourceClaims": (("name",),),
    "topologySpreadConstraints": (("topologyKey", "whenUnsatisfiable"),),
    "volumeDevices": (("devicePath",),),
    "volumeMounts": (("mountPath",),),
    "volumes": (("name",),),
}
"""The `x-kubernetes-list-map-keys` of the API, by field; of a container and of a Service for `ports`. All other lists
are atomic.
"""
DEFAULTS = {"protocol": "TCP"}
"""Keys that need not be written."""


def merged(whole: Any, patch: Mapping[str, Any], place: str = "") -> dict[str, Any]:
    """Return a mapping with a patch merged into it. Raises BadPatch.

    What was no mapping before gives way.
    """
    unknown = [key for key in patch if key.startswith("$") and key != DIRECTIVE]
    if unknown:
        raise BadPatch(f"{unknown[0]} is not known here", f"the only directive is {DIRECTIVE}", place)
    result = dict(whole) if isinstance(whole, Mapping) and _directive(patch, place) != "replace" else {}
    for key, value in patch.items():
        below = f"{place}.{key}"
        if key == DIRECTIVE:
            continue
        if value is None or (isinstance(value, Mapping) and _directive(value, below) == "delete"):
            result.pop(key, None)
        elif isinstance(value, Mapping):
            result[key] = merged(result.get(key), value, below)
        elif isinstance(value, list) and key in LIST_KEYS and all(isinstance(item, Mapping) for item in value):
            result[key] = _merged_list(result.get(key, ()), value, LIST_KEYS[key], below)
        else:
            result[key] = value
    return result


def _directive(patch: Mapping[str, Any], place: str) -> Any:
    directive = patch.get(DIRECTIVE)
    if directive not in {None, "delete", "merge", "replace"}:
        raise BadPatch(f"{directive} is no directive", f"{DIRECTIVE} is delete, merge or replace", place)
    return directive


def _merged_list(
    whole: Sequence[Any], patches: Sequence[Mapping[str, Any]], keys: Iterable[tuple[str, ...]], place: str
) -> list[Any]:
    """An item of the patch that is nothing but `$patch: replace` replaces all items that were there before."""
    alone = [patch for patch in patches if patch == {DIRECTIVE: "replace"}]
    result = [] if alone else list(whole)
    for index, patch in enumerate(patches):
        if patch == {DIRECTIVE: "replace"}:
            continue
        below = f"{place}[{index}]"
        names = next((names for names in keys if names[0] in patch), None)
        if names is None:
            wanted = " or ".join(names[0] for names in keys)
            raise BadPatch("an item of this list is found by its key", f"write its {wanted}", below)
        key = _key(patch, names)
        there = next((place for place, item in enumerate(result) if _key(item, names) == key), None)
        if _directive(patch, below) == "delete":
            result = [item for position, item in enumerate(result) if position != there]
        elif there is None:
            result.append(merged({}, patch, below))
        else:
            result[there] = merged(result[there], patch, below)
    return result


def _key(item: Mapping[str, Any], names: Iterable[str]) -> tuple[Any, ...]:
    return tuple(item.get(name, DEFAULTS.get(name)) for name in names)
