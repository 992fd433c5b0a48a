"""Routes of the Gateway API: what Gateways, which are not the stack's, hand to its services."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from composestack.compose.model import Service
from composestack.translate import labels
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution, combine
from composestack.translate.extension.gateway import ParentSettings
from composestack.translate.extension.port import PortSettings
from composestack.translate.known_ports import APP_PROTOCOLS
from composestack.translate.names import is_dns_subdomain, object_name
from composestack.translate.objects import network_policy
from composestack.translate.objects.route import Parent, Target, route
from composestack.translate.policy import forbidden
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack

ROUTES = {
    None: "HTTPRoute",
    "http": "HTTPRoute",
    "https": "HTTPRoute",
    "kubernetes.io/h2c": "HTTPRoute",
    "kubernetes.io/ws": "HTTPRoute",
    "kubernetes.io/wss": "HTTPRoute",
    "grpc": "GRPCRoute",
    "tls": "TLSRoute",
}
"""The kind of route by what a port speaks (`app_protocol`); anything else goes through untouched, as a TCPRoute."""

_PATH = re.compile(r"/[^\s?#]*")
_CAVEAT = "The Gateway API has to be installed, and the policy has to list the Gateway."


class _Wish(NamedTuple):
    """A route that is wanted: by whom, where it is written, what it is called, and what the document says of it."""

    service: str
    path: str
    name: tuple[str, ...]
    parents: Sequence[tuple[str, ParentSettings]]
    hostnames: Sequence[tuple[str, str]]
    below: str | None


@translates(
    *(
        f"services.*.x-kubernetes.gateway.{name}"
        for name in (
            "hostnames",
            "parentRefs[].name",
            "parentRefs[].namespace",
            "parentRefs[].sectionName",
            "path",
            "port",
        )
    ),
    considers=(
        "services.*.ports[].target",
        "services.*.ports[].protocol",
        "services.*.ports[].app_protocol",
    ),
    caveat=_CAVEAT,
)
def gateway(service: Service, stack: Stack) -> Contribution:
    """One route for all host names of a service; from wherever the Gateway is, it reaches the port."""
    own, path = stack.settings[service.name].gateway, f"services.{service.name}.x-kubernetes.gateway"
    if not own.model_fields_set:
        return NOTHING
    if not own.parent_refs:
        problem = Refusal(f"{path}.parentRefs", "there is no Gateway", "write the name of one")
        return Contribution(problems=[problem])
    known = [port for port in stack.discovery.ports[service.name] if port.protocol == "TCP"]
    published = [port.target for port in service.ports if port.protocol == "tcp"]
    wanted = own.port or next(iter(published), known[0].number if known else None)
    port = next((port for port in known if port.number == wanted), None)
    if port is None:
        what = f"{own.port} is no TCP port of {service.name}" if own.port else f"no TCP port of {service.name} is known"
        return Contribution(problems=[Refusal(f"{path}.port", what, "declare it with expose")])
    wish = _Wish(
        service.name,
        path,
        (stack.labels[service.name],),
        [(f"{path}.parentRefs[{index}]", parent) for index, parent in enumerate(own.parent_refs)],
        [(f"{path}.hostnames[{index}]", hostname) for index, hostname in enumerate(own.hostnames)],
        own.path,
    )
    return _route(wish, port.number, _speaks(port.app_protocol), stack)


@translates(
    *(
        f"services.*.ports[].x-kubernetes.gateway.{name}"
        for name in ("hostname", "parentRef.name", "parentRef.namespace", "parentRef.sectionName", "path")
    ),
    considers=(
        "services.*.ports[].target",
        "services.*.ports[].protocol",
        "services.*.ports[].app_protocol",
    ),
    caveat=_CAVEAT,
)
def gateway_of_a_port(service: Service, stack: Stack) -> Contribution:
    """A route of its own, for a service that is reached at several ports."""
    parts, taken = [], set()
    for index, port in enumerate(service.ports):
        own = stack.extension(port, PortSettings).gateway
        path = f"services.{service.name}.ports[{index}].x-kubernetes.gateway"
        if own is None:
            continue
        if port.protocol != "tcp":
            parts.append(_refuse(path, f"there is no route for {port.protocol} here", "leave it out"))
        elif port.target in taken:
            remedy = "write the host names at x-kubernetes of the service"
            parts.append(_refuse(path, f"another entry of {port.target} has one, too", remedy))
        else:
            taken.add(port.target)
            name = (stack.labels[service.name], str(port.target))
            hostnames = [(f"{path}.hostname", own.hostname)] if own.hostname is not None else []
            wish = _Wish(service.name, path, name, [(f"{path}.parentRef", own.parent_ref)], hostnames, own.path)
            parts.append(_route(wish, port.target, _speaks(port.app_protocol), stack))
    return combine(parts)


def _refuse(path: str, message: str, remedy: str) -> Contribution:
    return Contribution(problems=[Refusal(path, message, remedy)])


def _speaks(protocol: str | None) -> str:
    """Return the kind of route for what a port speaks."""
    return ROUTES.get(APP_PROTOCOLS.get(protocol or "", protocol), "TCPRoute")


def _route(wish: _Wish, port: int, kind: str, stack: Stack) -> Contribution:
    problems = [*_problems(wish, kind, stack)]
    if problems:
        return Contribution(problems=problems)
    mine = labels.of_service(stack.name, wish.service)
    parents = [Parent(parent.name, parent.namespace, parent.section_name) for _, parent in wish.parents]
    hostnames = tuple(hostname for _, hostname in wish.hostnames)
    target = Target(stack.labels[wish.service], port, hostnames, wish.below or "/")
    objects = [route(kind, object_name(stack.name, *wish.name), mine, parents, target)]
    if stack.scope.network_policy:
        rule, ports = object_name(stack.name, "gateway", *wish.name), [(port, "TCP")]
        objects.append(network_policy.open_ports(rule, mine, stack.selector(wish.service), ports))
    return Contribution(objects=objects)


def _problems(wish: _Wish, kind: str, stack: Stack) -> Iterator[Refusal]:
    allowed = stack.scope.policy.gateway_parents
    for place, parent in wish.parents:
        whole = f"{parent.namespace}/{parent.name}" if parent.namespace else parent.name
        if not (is_dns_subdomain(parent.name) and (not parent.namespace or is_dns_subdomain(parent.namespace))):
            yield Refusal(place, f"{whole} is no name of a Gateway", "write name, and perhaps namespace")
        elif whole not in allowed:
            message = f"the policy of this cluster does not let stacks use the Gateway {whole}"
            yield forbidden(place, message, "gateway_parents", entry=whole)
    for place, hostname in wish.hostnames:
        name = hostname.removeprefix("*.")
        if "." not in name or not is_dns_subdomain(name):
            yield Refusal(place, f"{hostname} is no host name", "write it as shop.example.com")
        elif kind == "TCPRoute":
            yield Refusal(place, "what goes through untouched has no host name", "leave it out")
    if kind == "TLSRoute" and not wish.hostnames:
        yield Refusal(wish.path, "TLS is told apart by host names alone", "write one")
    if wish.below is not None and (kind != "HTTPRoute" or not _PATH.fullmatch(wish.below)):
        message = f"{wish.below} is no path" if kind == "HTTPRoute" else f"a {kind} has no path"
        yield Refusal(f"{wish.path}.path", message, "write it as /cart, for a port that speaks HTTP")
    if stack.membership.cut_off(wish.service):
        message = "a service on internal networks only cannot be published"
        yield Refusal(wish.path, message, "attach it to another network")
