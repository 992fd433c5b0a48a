"""Claims of the volumes that the document declares."""

from __future__ import annotations

from composestack.compose.model import Volume
from composestack.translate import labels, quantity
from composestack.translate.annotations import from_labels
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.extension.volume import VolumeSettings
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
    "volumes.*.x-kubernetes.reclaim",
    "volumes.*.x-kubernetes.size",
    "volumes.*.x-kubernetes.storageClass",
    caveat="An external volume is an existing claim, mounted at its root. spec.storage has the defaults of the others.",
)
def volumes(declared: Declared[Volume], stack: Stack) -> Contribution:
    """One claim for each volume that is used, however many services use it."""
    backing, path = stack.claims.named(declared.key), f"volumes.{declared.key}"
    own = stack.claims.extended.settings[declared.key]
    if declared.element.external and own != VolumeSettings():
        message = "an external volume is an existing claim; nothing of it can be set here"
        return Contribution(problems=[Refusal(f"{path}.x-kubernetes", message, "leave it out")])
    if own.size is not None and not quantity.is_quantity(own.size):
        message = f"{own.size} is no size"
        return Contribution(problems=[Refusal(f"{path}.x-kubernetes.size", message, "write it as 10Gi")])
    if backing is None:
        return NOTHING
    if declared.element.external:
        if is_dns_subdomain(backing.name):
            return NOTHING
        message = f"no claim can be called {backing.name}"
        return Contribution(problems=[Refusal(f"{path}.name", message, "write the name of an existing claim")])
    common = labels.common(stack.name, declared.key, "volume")
    made = claim(backing.name, common, backing.access_mode, stack.claims.storage(declared.key))
    annotations = from_labels(declared.element.labels, f"{path}.labels")
    made = with_annotations(made, annotations.values)
    return Contribution(objects=[made], notices=annotations.notices, problems=annotations.problems)
