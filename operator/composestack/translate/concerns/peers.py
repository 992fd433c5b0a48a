"""Who else reaches a service, and whom it reaches besides: what networks and published ports do not say."""

from __future__ import annotations

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Service
from composestack.compose.problems import Notice
from composestack.translate import labels
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.names import object_name
from composestack.translate.objects import network_policy
from composestack.translate.stack import Stack


@translates(
    "services.*.x-kubernetes.networkPolicy.allowFrom",
    "services.*.x-kubernetes.networkPolicy.allowTo",
    considers=("services.*.network_mode",),
    caveat="`allowTo` matters for services on internal networks only and with network_mode `none`: others go anywhere.",
)
def peers(service: Service, stack: Stack) -> Contribution:
    """Peers outside of the networks of a service, such as monitoring or an ingress controller.

    A policy where there is no other would take everything else away, so there it is not made.
    """
    own, mode = stack.settings[service.name].network_policy, service.network_mode
    if not own.allow_from and not own.allow_to:
        return NOTHING
    closed = mode == "none" or (stack.scope.network_policy and mode != "host")
    kept_in = mode == "none" or (stack.scope.network_policy and stack.membership.cut_off(service.name))
    path = f"services.{service.name}.x-kubernetes.networkPolicy"
    notices = [
        Notice(f"{path}.{name}", NoticeCode.IGNORED, message)
        for name, written, matters, message in (
            ("allowFrom", own.allow_from, closed, "nothing keeps others from the service"),
            ("allowTo", own.allow_to, kept_in, "nothing keeps the service from going there"),
        )
        if written and not matters
    ]
    rules = {
        "ingress": [peer.rule("from") for peer in own.allow_from if closed],
        "egress": [peer.rule("to") for peer in own.allow_to if kept_in],
    }
    if not any(rules.values()):
        return Contribution(notices=notices)
    policy = network_policy.further(
        object_name(stack.name, "extra", stack.labels[service.name]),
        labels.of_service(stack.name, service.name),
        stack.selector(service.name),
        {direction: found for direction, found in rules.items() if found},
    )
    return Contribution(objects=[policy], notices=notices)
