"""Further names by which services are reached: network aliases, container names and the aliases of links."""

from __future__ import annotations

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Service
from composestack.compose.problems import Notice
from composestack.kinds import Ref
from composestack.translate import labels
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution, combine
from composestack.translate.discovery import Reach
from composestack.translate.kompose.names import NAME, further_name
from composestack.translate.names import host_name, is_dns_label, is_dns_subdomain
from composestack.translate.objects.service import internal_service
from composestack.translate.planned import Binding
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack

UNHEARD = "is no name that DNS can hold"


@translates(
    "services.*.networks.*.aliases", caveat="A name is resolvable in the whole namespace, not only on its network."
)
def network_aliases(service: Service, stack: Stack) -> Contribution:
    """Docker's DNS answers to an alias with any container that has it."""
    return combine(
        _alias(alias, service.name, f"services.{service.name}.networks.{key}.aliases", stack)
        for key, network in service.networks.items()
        for alias in network.aliases
    )


@translates(
    "services.*.container_name",
    considers=("services.*.labels",),
    caveat="A further host name of the service; the container itself is called after the service.",
)
def container_name(service: Service, stack: Stack) -> Contribution:
    """Docker's DNS answers to container names as well, and many stacks use them as host names."""
    path = f"services.{service.name}"
    names = {f"{path}.container_name": service.container_name, f"{path}.labels.{NAME}": further_name(service)}
    return combine(_alias(name, service.name, place, stack) for place, name in names.items() if name)


@translates(
    "services.*.links", caveat="An alias is resolvable in the whole namespace, not only in the linking service."
)
def links(service: Service, stack: Stack) -> Contribution:
    """`SERVICE:ALIAS` is an alias of the other service; without an alias, its own name does."""
    parts = []
    for index, link in enumerate(service.links):
        target, _, alias = link.partition(":")
        if alias and target in stack:
            parts.append(_alias(alias, target, f"services.{service.name}.links[{index}]", stack))
    return combine(parts)


@translates(
    "services.*.external_links", caveat="The name has to be that of a Service of the namespace; an alias is refused."
)
def external_links(service: Service, stack: Stack) -> Contribution:
    """Services of one namespace find each other anyway."""
    notices, problems = [], []
    for index, link in enumerate(service.external_links):
        path = f"services.{service.name}.external_links[{index}]"
        target, _, alias = link.partition(":")
        if alias not in {"", target} or not is_dns_label(target):
            message = f"{alias or target} cannot be the name of a Service outside of the stack"
            problems.append(Refusal(path, message, "use the name of a Service of the namespace where it is needed"))
        else:
            message = f"{target} is resolvable if there is a Service of that name in the namespace"
            notices.append(Notice(path, NoticeCode.APPROXIMATED, message))
    return Contribution(notices=notices, problems=problems) if service.external_links else NOTHING


@translates(
    "services.*",
    caveat="A name that DNS cannot hold is a line of /etc/hosts. One with underscores is replaced in addresses, and "
    "refused where it is not sure that an address is meant.",
)
def own_name(service: Service, stack: Stack) -> Contribution:
    """A name that DNS cannot hold has a Service of the nearest name, and stays resolvable if /etc/hosts can hold it.

    With an underscore it cannot: the API server takes no such host alias. So the stack says the nearest name as well,
    in the environment and in commands; what files say is their author's to change.
    """
    name, label = service.name, stack.labels[service.name]
    hosts = Contribution(bindings=_hosts(name, stack))
    if name == label or not stack.is_service(name):
        return hosts
    path = f"services.{name}"
    if host_name(name) == label:
        message = f"its Service is {label}; upper and lower case are one in DNS"
    elif name in stack.host_names:
        message = f"{name} {UNHEARD}; its Service is {label}, and the pods on its networks find {name} in /etc/hosts"
    elif stack.discovery.mentioned(name, besides=name):
        return Contribution(problems=[_unusable(name, name, path, stack)])
    else:
        message = f"{name} {UNHEARD}; its host name is {label}, which replaces it in addresses"
    return combine((hosts, Contribution(notices=[Notice(path, NoticeCode.RENAMED, message)])))


def _hosts(service: str, stack: Stack) -> list[Binding]:
    """The lines of /etc/hosts by which a service finds those that it shares a network with."""
    workload = Ref(stack.kinds[service], stack.workload_name(service))
    return [
        Binding(workload, stack.labels[target], name)
        for name, target in stack.host_names.items()
        if stack.membership.together(service, target)
    ]


def _alias(alias: str, service: str, path: str, stack: Stack) -> Contribution:
    """An alias that is free becomes a Service of its own; services that share one are marked as its members."""
    alias = host_name(alias)
    if alias == stack.labels[service]:
        return NOTHING
    if not is_dns_label(alias):
        return _unheard(alias, service, path, stack)
    if alias in stack.labels.values():
        message = f"{alias} is the name of another service"
        return Contribution(problems=[Refusal(path, message, "choose another name")])
    if not stack.discovery.means_one_thing(alias):
        message = f"{alias} stands for different services in different places"
        return Contribution(problems=[Refusal(path, message, "give each a name of its own")])
    if len(stack.discovery.aliases[alias]) == 1:
        own, selector = labels.of_service(stack.name, service), stack.selector(service)
        made = internal_service(alias, own, selector, stack.discovery.ports[service], stack.reach(service))
        return Contribution(objects=[made])
    member = labels.membership("alias", alias)
    selector = {member: labels.MEMBER, **labels.of_stack(stack.name)}
    own = labels.common(stack.name, alias, "alias")
    made = internal_service(alias, own, selector, (), Reach(headless=True, early=True))
    return Contribution(template={"labels": {member: labels.MEMBER}}, objects=[made])


def _unheard(alias: str, service: str, path: str, stack: Stack) -> Contribution:
    if alias == service or alias in stack.host_names:
        return NOTHING
    if not stack.discovery.mentioned(alias):
        label = stack.labels[service]
        message = f"{alias} {UNHEARD}; the host name is {label}, which replaces it in addresses"
        return Contribution(notices=[Notice(path, NoticeCode.RENAMED, message)])
    return Contribution(problems=[_unusable(alias, service, path, stack)])


def _unusable(name: str, service: str, path: str, stack: Stack) -> Refusal:
    message, label = f"{name} {UNHEARD}, and the stack uses it as a host name", stack.labels[service]
    if is_dns_subdomain(name) and stack.headless(service):
        return Refusal(path, f"{message}; without a known port there is no address", "say its ports under expose")
    remedy = f"call the service {label}, here and where it is used" if name == service else f"use {label} instead"
    return Refusal(path, message, remedy)
