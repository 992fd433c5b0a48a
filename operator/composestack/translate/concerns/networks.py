"""Networks: labels on pods, and the policies that let the members of a network reach each other."""

from __future__ import annotations

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Network, Service
from composestack.compose.problems import Notice
from composestack.translate import labels
from composestack.translate.annotations import from_labels
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.names import object_name
from composestack.translate.objects import network_policy
from composestack.translate.objects.base import with_annotations
from composestack.translate.policy import forbidden
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Declared, Stack


@translates(
    "services.*.networks",
    caveat="Networks isolate where the cluster's network plugin enforces NetworkPolicies.",
)
def networks(service: Service, stack: Stack) -> Contribution:
    """A pod is a member of its networks by label.

    One that is on internal networks only has no way out but to its peers and DNS.
    """
    members = {stack.membership.label(key): labels.MEMBER for key in service.networks}
    attached = ",".join(stack.membership.attachments(service.name))
    annotations = {"annotations": {labels.MULTUS: attached}} if attached else {}
    share = Contribution(template={"labels": members, **annotations})
    is_host = stack.pod_of(service.name).host == service.name
    if not (stack.scope.network_policy and is_host and stack.membership.cut_off(service.name)):
        return share
    peers = [_members(key, stack) for key in sorted(service.networks)]
    policy = network_policy.no_way_out(
        object_name(stack.name, "internal", stack.labels[service.name]),
        labels.of_service(stack.name, service.name),
        stack.selector(service.name),
        peers,
        stack.scope.policy.dns_cidrs,
    )
    return Contribution(template=share.template, objects=[policy])


@translates(
    "services.*.networks.*.ipv4_address",
    "services.*.networks.*.ipv6_address",
    caveat="Ignored, or refused if something uses it.",
)
def static_addresses(service: Service, stack: Stack) -> Contribution:
    """A pod cannot choose its address. Who relies on one would reach nothing, or somebody else."""
    notices: list[Notice] = []
    problems: list[Refusal] = []
    for key, network in service.networks.items():
        for attribute, address in (("ipv4_address", network.ipv4_address), ("ipv6_address", network.ipv6_address)):
            path = f"services.{service.name}.networks.{key}.{attribute}"
            if address and stack.discovery.mentioned(address):
                message = f"the stack uses {address}, but pods get their addresses from the cluster"
                problems.append(Refusal(path, message, f"use the host name {stack.labels[service.name]} instead"))
            elif address:
                notices.append(Notice(path, NoticeCode.IGNORED, "pods get their addresses from the cluster"))
    return Contribution(notices=notices, problems=problems) if notices or problems else NOTHING


@translates(
    "services.*.network_mode",
    considers=("services.*.x-kubernetes.dnsPolicy",),
    caveat="`service:` and `container:` put the services into one pod, where they also share what only a pod has.",
)
def network_mode(service: Service, stack: Stack) -> Contribution:
    """`none` cuts a pod off; `host` is the admin's to allow; with `service:` the two are in one pod."""
    mode, path = service.network_mode, f"services.{service.name}.network_mode"
    if mode in {None, "bridge", "default"} or stack.joined(service.name, "network_mode"):
        return NOTHING
    if mode == "none":
        policy = network_policy.nothing(
            object_name(stack.name, "none", stack.labels[service.name]),
            labels.of_service(stack.name, service.name),
            stack.selector(service.name),
        )
        return Contribution(objects=[policy])
    if mode == "host":
        if stack.scope.policy.host_network:
            own = stack.settings[service.name].dns_policy
            return Contribution(pod={"hostNetwork": True} | ({} if own else {"dnsPolicy": "ClusterFirstWithHostNet"}))
        message = "the network of the node is not a stack's to use"
        return Contribution(
            problems=[forbidden(path, message, "host_network", instead="leave it out and declare the ports")]
        )
    message, remedy = f"{mode} is no network mode of Compose", "give the service a network of its own"
    if (mode or "").startswith("container:"):
        message, remedy = f"{mode} is no container of this stack", "write service: and the name of a service"
    return Contribution(problems=[Refusal(path, message, remedy)])


@translates(
    "networks.*.name",
    "networks.*.internal",
    "networks.*.external",
    "networks.*.labels",
    "networks.*.driver_opts",
    caveat="A network with its own name, or an external one, is shared by all stacks of the namespace that name it.",
)
def policies(declared: Declared[Network], stack: Stack) -> Contribution:
    """Members accept their peers at every port.

    What a pod is a member of adds up, as the networks of a container do.
    """
    element = declared.element
    annotations = from_labels(element.labels, f"networks.{declared.key}.labels")
    notices = list(annotations.notices)
    closed = element.driver_opts.get(ICC) == "false"
    lost = sorted(set(element.driver_opts) - {ICC})
    if lost:
        path = f"networks.{declared.key}.driver_opts"
        notices.append(
            Notice(path, NoticeCode.IGNORED, f"{', '.join(lost)}: there is no such network driver in a cluster")
        )
    if not stack.scope.network_policy or not stack.membership.any_of(declared.key):
        return Contribution(notices=notices, problems=annotations.problems)
    mine = {**labels.of_stack(stack.name), stack.membership.label(declared.key): labels.MEMBER}
    policy = network_policy.network(
        object_name(stack.name, "network", stack.membership.names[declared.key]),
        labels.common(stack.name, declared.key, "network"),
        mine,
        None if closed else _members(declared.key, stack),
    )
    made = with_annotations(policy, annotations.values)
    return Contribution(objects=[made], notices=notices, problems=annotations.problems)


ICC = "com.docker.network.bridge.enable_icc"
"""Whether members may talk to each other: the one driver option that changes who reaches whom."""


def _members(key: str, stack: Stack) -> dict[str, str]:
    """The labels of all members of a network: those of this stack, unless the network is shared."""
    members = {stack.membership.label(key): labels.MEMBER}
    return members if stack.membership.shared(key) else {**labels.of_stack(stack.name), **members}
