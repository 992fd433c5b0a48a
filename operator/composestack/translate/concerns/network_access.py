"""`x-kubernetes` of networks: who besides their members comes in, and which further networks their pods have."""

from __future__ import annotations

from collections.abc import Iterator

from composestack.compose.model import Network
from composestack.translate import labels
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.extension.network import NetworkSettings
from composestack.translate.names import is_dns_subdomain, object_name
from composestack.translate.objects import network_policy
from composestack.translate.policy import forbidden
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Declared, Stack


@translates(
    "networks.*.x-kubernetes.allowFrom",
    "networks.*.x-kubernetes.attachment",
    "networks.*.x-kubernetes.isolation",
    caveat="Who is let in reaches every port. A further network of the pods needs Multus and the admin's policy.",
)
def access(declared: Declared[Network], stack: Stack) -> Contribution:
    """One more policy: what NetworkPolicies allow adds up. A further network is an annotation that Multus reads."""
    own = stack.extension(declared.element, NetworkSettings)
    path = f"networks.{declared.key}.x-kubernetes"
    problems = [*_problems(own, path, stack)]
    everybody = own.isolation == "none"
    unneeded = not stack.scope.network_policy or not stack.membership.any_of(declared.key)
    if problems or unneeded or not (everybody or own.allow_from):
        return Contribution(problems=problems) if problems else NOTHING
    policy = network_policy.also_from(
        object_name(stack.name, "access", stack.membership.names[declared.key]),
        labels.common(stack.name, declared.key, "network"),
        {**labels.of_stack(stack.name), stack.membership.label(declared.key): labels.MEMBER},
        None if everybody else [peer.manifest() for peer in own.allow_from],
    )
    return Contribution(objects=[policy])


def _problems(own: NetworkSettings, path: str, stack: Stack) -> Iterator[Refusal]:
    if own.isolation == "enforce" and not stack.scope.network_policy:
        message = "one network is not isolated where the stack is not"
        yield Refusal(f"{path}.isolation", message, "isolate the stack, and write none at the other networks")
    if own.attachment is None:
        return
    namespace, _, name = own.attachment.rpartition("/")
    if not is_dns_subdomain(name) or (namespace and not is_dns_subdomain(namespace)):
        message = f"{own.attachment} is no name of a NetworkAttachmentDefinition"
        yield Refusal(f"{path}.attachment", message, "write it as name or namespace/name")
    elif own.attachment not in stack.scope.policy.network_attachments:
        message = f"the policy of this cluster does not let stacks use the network {own.attachment}"
        yield forbidden(f"{path}.attachment", message, "network_attachments", entry=own.attachment)
