"""`x-kubernetes` of the document: what holds for all services, networks and volumes that do not say otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from composestack.translate.annotations import not_allowed
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.extension.document import DocumentSettings
from composestack.translate.extension.settings import KEY
from composestack.translate.names import is_dns_subdomain
from composestack.translate.publishing import wrong_options
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack


@translates(
    *(
        f"{KEY}.{name}"
        for name in (
            "imagePullSecrets",
            "isolation",
            "publish.annotations",
            "publish.externalTrafficPolicy",
            "publish.loadBalancerClass",
            "publish.sourceRanges",
            "publish.type",
            "resources.limits",
            "resources.requests",
            "storageClass",
        )
    ),
    caveat="Goes before the spec of the stack; what a service, network or volume says goes before this.",
)
def stack_wide(document: DocumentSettings, stack: Stack) -> Contribution:
    """Each service, network and volume has it as if it were written there."""
    problems = [*_problems(document, stack)]
    return Contribution(problems=problems) if problems else NOTHING


def _problems(document: DocumentSettings, stack: Stack) -> Iterator[Refusal]:
    policy, publish = stack.scope.policy, document.publish
    if publish.type in {"NodePort", "LoadBalancer"} and publish.type not in policy.publish_types:
        yield policy.not_published(publish.type, f"{KEY}.publish.type")
    yield from not_allowed(publish.annotations, f"{KEY}.publish.annotations", policy.publish_annotations)
    yield from wrong_options(publish, f"{KEY}.publish")
    for index, name in enumerate(document.image_pull_secrets):
        if not is_dns_subdomain(name):
            yield Refusal(f"{KEY}.imagePullSecrets[{index}]", f"{name} is no name of a Secret", "write its name")
