"""One concern's share of the objects of one element, and how shares become one whole.

Shares are partial manifests. They merge as server-side apply would: mappings by key, lists by their Kubernetes list
key. So the order of the concerns does not matter, and two concerns that write different values to one field are a
`Clash`, never a silent winner.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

from composestack.compose.problems import Notice
from composestack.kinds import Ref
from composestack.translate.objects.base import ordered
from composestack.translate.planned import Binding, Manifest, Need
from composestack.translate.refusal import Refusal

LIST_KEYS: Mapping[str, tuple[str, ...]] = {
    "env": ("name",),
    "ports": ("containerPort", "protocol"),
    "volumes": ("name",),
    "volumeMounts": ("mountPath",),
}
"""The lists of a pod to which several concerns add, with the `x-kubernetes-list-map-keys` of the API.

Any other list is atomic.
"""


class Clash(Exception):
    """Two shares hold different values for the same field.

    `field` is its path, such as `spec.replicas` or `volumeMounts[/data].name`.
    """

    def __init__(self, field: str, left: object, right: object) -> None:
        self.field = field
        one, other = sorted((repr(left), repr(right)))
        super().__init__(f"two different values for {field}: {one} and {other}")


class Contribution(NamedTuple):
    """What one translator says about one element of the project.

    `container` and `pod` are partial specs, `template` is partial metadata of the pod template, `workload` is a partial
    manifest of the workload. `objects` are other objects, whole or in part: parts of one object merge. `bindings` are
    what only the cluster can add, `rollback` is that of PlannedService. Problems are values, so that all are reported.
    """

    container: Mapping[str, Any] | None = None
    pod: Mapping[str, Any] | None = None
    template: Mapping[str, Any] | None = None
    workload: Mapping[str, Any] | None = None
    objects: Sequence[Manifest] = ()
    needs: Sequence[Need] = ()
    bindings: Sequence[Binding] = ()
    rollback: Mapping[str, Any] | None = None
    notices: Sequence[Notice] = ()
    problems: Sequence[Refusal] = ()


NOTHING = Contribution()
"""The attribute was not written, or Kubernetes does the same without being told."""


def combine(contributions: Iterable[Contribution]) -> Contribution:
    """Return the shares as one. Raises Clash. Merged lists are sorted, so the order of the shares leaves no trace."""
    parts = [part for part in contributions if part is not NOTHING]
    if len(parts) < 2:
        return parts[0] if parts else NOTHING
    container, pod, template, workload, objects, needs, bindings, rollback, notices, problems = zip(*parts, strict=True)
    return Contribution(
        merge_all(container, LIST_KEYS),
        merge_all(pod, LIST_KEYS),
        merge_all(template),
        merge_all(workload),
        merge_objects(chain.from_iterable(objects)),
        sorted({*chain.from_iterable(needs)}, key=lambda need: need.service),
        sorted({*chain.from_iterable(bindings)}),
        next((each for each in rollback if each is not None), None),
        sorted({*chain.from_iterable(notices)}),
        sorted({*chain.from_iterable(problems)}),
    )


def merge_objects(manifests: Iterable[Manifest]) -> tuple[Manifest, ...]:
    """Merge the parts of each object, and return the objects sorted by kind and name. Raises Clash."""
    parts: dict[Ref, list[Manifest]] = {}
    for manifest in manifests:
        parts.setdefault(Ref(manifest["kind"], manifest["metadata"]["name"]), []).append(manifest)
    return tuple(_merge_object(parts[ref]) for ref in sorted(parts))


def _merge_object(parts: Sequence[Manifest]) -> Manifest:
    first, *others = parts
    return first if all(part == first for part in others) else ordered(merge_all(parts))


ListKeys = Mapping[str, tuple[str, ...]]
_ATOMIC: ListKeys = MappingProxyType({})


def merge_all(shares: Iterable[Mapping[str, Any] | None], list_keys: ListKeys = _ATOMIC) -> dict[str, Any]:
    """Merge partial manifests into a new one. Raises Clash."""
    whole: dict[str, Any] = {}
    for share in shares:
        if share:
            _merge(whole, share, list_keys, "")
    return whole


def _merge(whole: dict[str, Any], share: Mapping[str, Any], list_keys: ListKeys, place: str) -> None:
    for key, value in share.items():
        if key in list_keys:
            whole[key] = _merge_list(whole.get(key, ()), value, list_keys, f"{place}{key}")
        elif key not in whole:
            whole[key] = value
        elif isinstance(value, dict) and isinstance(whole[key], dict):
            whole[key] = {**whole[key]}  # it is that of a share
            _merge(whole[key], value, list_keys, f"{place}{key}.")
        elif whole[key] != value:
            raise Clash(f"{place}{key}", whole[key], value)


def _merge_list(left: Sequence[Any], right: Sequence[Any], list_keys: ListKeys, place: str) -> list[Any]:
    keys = list_keys[place.rpartition(".")[2]]
    items: dict[tuple[Any, ...], dict[str, Any]] = {}
    for item in (*left, *right):
        key = tuple([item[name] for name in keys])
        known = items.setdefault(key, item)
        if known is not item and known != item:
            items[key] = {**known}
            _merge(items[key], item, list_keys, f"{place}[{'/'.join(map(str, key))}].")
    return [items[key] for key in sorted(items)]
