"""Claims of the volumes that the document declares."""

from __future__ import annotations

from composestack.compose.model import Volume
from composestack.translate import labels
from composestack.translate.annotations import from_labels
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.names import is_dns_subdomain
from composestack.translate.objects.base import with_annotations
from composestack.translate.objects.claim import claim
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Declared, Stack


@translates(
    "volumes.*.name",
    "volumes.*.external",
    "volumes.*.labels",
    caveat="An external volume is an existing claim, mounted at its root. Size and class come from spec.storage.",
)
def volumes(declared: Declared[Volume], stack: Stack) -> Contribution:
    """One claim for each volume that is used, however many services use it."""
    backing = stack.claims.named(declared.key)
    if backing is None:
        return NOTHING
    if declared.element.external:
        if is_dns_subdomain(backing.name):
            return NOTHING
        message = f"no claim can be called {backing.name}"
        return Contribution(
            problems=[Refusal(f"volumes.{declared.key}.name", message, "write the name of an existing claim")]
        )
    common = labels.common(stack.name, declared.key, "volume")
    made = claim(backing.name, common, backing.access_mode, stack.scope.storage)
    annotations = from_labels(declared.element.labels, f"volumes.{declared.key}.labels")
    made = with_annotations(made, annotations.values)
    return Contribution(objects=[made], notices=annotations.notices, problems=annotations.problems)
