"""One concern's share of the objects of one element, and how shares become one whole.

Shares are partial manifests. They merge as server-side apply would: mappings by key, lists by their Kubernetes list
key. So the order of the concerns does not matter, and two concerns that write different values to one field are a
`Clash`, never a silent winner.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from composestack.compose.problems import Notice
from composestack.kinds import Ref
from composestack.translate.planned import Manifest, Need
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


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one translator says about one element of the project.

    `container` and `pod` are partial specs, `template` is partial metadata of the pod template, `workload` is a partial
    manifest of the workload. `objects` are other objects, whole or in part: parts of one object merge. Problems are
    values, so that all are reported.
    """

    container: Mapping[str, Any] | None = None
    pod: Mapping[str, Any] | None = None
    template: Mapping[str, Any] | None = None
    workload: Mapping[str, Any] | None = None
    objects: Sequence[Manifest] = ()
    needs: Sequence[Need] = ()
    notices: Sequence[Notice] = ()
    problems: Sequence[Refusal] = ()


NOTHING = Contribution()
"""The attribute was not written, or Kubernetes does the same without being told."""


def combine(contributions: Iterable[Contribution]) -> Contribution:
    """Return the shares as one. Raises Clash. Lists come out sorted, so the order of the shares leaves no trace."""
    parts = [part for part in contributions if part is not NOTHING]
    return Contribution(
        container=merge_all((part.container for part in parts), LIST_KEYS),
        pod=merge_all((part.pod for part in parts), LIST_KEYS),
        template=merge_all(part.template for part in parts),
        workload=merge_all(part.workload for part in parts),
        objects=merge_objects(manifest for part in parts for manifest in part.objects),
        needs=sorted({need for part in parts for need in part.needs}, key=lambda need: need.service),
        notices=sorted({notice for part in parts for notice in part.notices}),
        problems=sorted({problem for part in parts for problem in part.problems}),
    )


def merge_objects(manifests: Iterable[Manifest]) -> tuple[Manifest, ...]:
    """Merge the parts of each object, and return the objects sorted by kind and name. Raises Clash."""
    parts: dict[Ref, list[Manifest]] = {}
    for manifest in manifests:
        parts.setdefault(Ref(manifest["kind"], manifest["metadata"]["name"]), []).append(manifest)
    return tuple(parts[ref][0] if len(parts[ref]) == 1 else merge_all(parts[ref]) for ref in sorted(parts))


ListKeys = Mapping[str, tuple[str, ...]]


def merge_all(shares: Iterable[Mapping[str, Any] | None], list_keys: ListKeys = MappingProxyType({})) -> dict[str, Any]:
    """Merge partial manifests into a new one. Raises Clash."""
    whole: dict[str, Any] = {}
    for share in shares:
        if share:
            _merge(whole, share, list_keys, "")
    return whole


def _merge(whole: dict[str, Any], share: Mapping[str, Any], list_keys: ListKeys, path: str) -> None:
    for key, value in share.items():
        field = f"{path}.{key}" if path else key
        if key in list_keys:
            whole[key] = _merge_list(whole.get(key, ()), value, list_keys, field)
        elif isinstance(value, Mapping):
            inner = whole.setdefault(key, {})
            if not isinstance(inner, dict):
                raise Clash(field, inner, value)
            _merge(inner, value, list_keys, field)
        elif whole.setdefault(key, value) != value:
            raise Clash(field, whole[key], value)


def _merge_list(left: Sequence[Any], right: Sequence[Any], list_keys: ListKeys, field: str) -> list[Any]:
    keys = list_keys[field.rpartition(".")[2]]
    items: dict[tuple[Any, ...], dict[str, Any]] = {}
    for item in (*left, *right):
        key = tuple(item[name] for name in keys)
        _merge(items.setdefault(key, {}), item, list_keys, f"{field}[{'/'.join(map(str, key))}]")
    return [items[key] for key in sorted(items)]
