"""Claims of the volumes that the document declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from composestack.compose.model import Volume
from composestack.translate import labels, quantity
from composestack.translate.annotations import from_labels
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.extension.volume import VolumeSettings
from composestack.translate.kompose.volumes import ON_VOLUMES
from composestack.translate.names import is_dns_subdomain
from composestack.translate.objects.base import with_annotations
from composestack.translate.objects.claim import claim
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Declared, Stack


@translates(
    "volumes.*.name",
    "volumes.*.external",
    "volumes.*.labels",
    "volumes.*.x-kubernetes.accessModes",
    "volumes.*.x-kubernetes.dataSource",
    "volumes.*.x-kubernetes.reclaim",
    "volumes.*.x-kubernetes.selector",
    "volumes.*.x-kubernetes.size",
    "volumes.*.x-kubernetes.storageClass",
    "volumes.*.x-kubernetes.subPath",
    caveat="An external volume is an existing claim, mounted at its root. spec.storage has the defaults of the others.",
)
def volumes(declared: Declared[Volume], stack: Stack) -> Contribution:
    """One claim for each volume that is used, however many services use it."""
    backing, path = stack.claims.named(declared.key), f"volumes.{declared.key}"
    own = stack.claims.extended.settings[declared.key]
    problems = [*_problems(own, f"{path}.x-kubernetes", external=declared.element.external)]
    if problems:
        return Contribution(problems=problems)
    if backing is None:
        return NOTHING
    if declared.element.external:
        if is_dns_subdomain(backing.name):
            return NOTHING
        message = f"no claim can be called {backing.name}"
        return Contribution(problems=[Refusal(f"{path}.name", message, "write the name of an existing claim")])
    common = labels.common(stack.name, declared.key, "volume")
    made = claim(backing.name, common, backing.access_mode, stack.claims.storage(declared.key))
    made["spec"] |= _origin(own)
    annotations = from_labels(declared.element.labels, f"{path}.labels", ON_VOLUMES)
    made = with_annotations(made, annotations.values)
    return Contribution(objects=[made], notices=annotations.notices, problems=annotations.problems)


def _problems(own: VolumeSettings, path: str, *, external: bool) -> Iterator[Refusal]:
    if external and own.model_copy(update={"sub_path": None, "copy_up": None}) != VolumeSettings():
        message = "an external volume is an existing claim; only where in it the volume begins can be said here"
        yield Refusal(path, message, "leave it out")
    if own.size is not None and not quantity.is_quantity(own.size):
        yield Refusal(f"{path}.size", f"{own.size} is no size", "write it as 10Gi")
    below = own.sub_path or ""
    if below.startswith("/") or ".." in below.split("/"):
        yield Refusal(f"{path}.subPath", f"{below} leads out of the volume", "write a path below its root")
    if own.data_source is not None and not is_dns_subdomain(own.data_source.name):
        message = f"{own.data_source.name} is no name of an object"
        yield Refusal(f"{path}.dataSource.name", message, "write the name of a snapshot or claim of the namespace")


def _origin(own: VolumeSettings) -> dict[str, Any]:
    """Return what a claim says of where its content comes from: a volume that is there, a snapshot, another claim."""
    spec: dict[str, Any] = {}
    if own.selector is not None:
        spec["selector"] = own.selector.manifest()
    if own.data_source is not None:
        group = {"apiGroup": "snapshot.storage.k8s.io"} if own.data_source.kind == "VolumeSnapshot" else {}
        spec["dataSourceRef"] = {**group, "kind": own.data_source.kind, "name": own.data_source.name}
    return spec
