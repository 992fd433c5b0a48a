"""Ingress: host names by which the outside reaches a service over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from composestack.compose.model import Service
from composestack.translate import labels
from composestack.translate.annotations import not_allowed
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution, combine
from composestack.translate.extension.port import PortSettings
from composestack.translate.extension.publishing import IngressSettings
from composestack.translate.names import is_dns_subdomain, object_name
from composestack.translate.objects import network_policy
from composestack.translate.objects.ingress import ANY, Route, ingress
from composestack.translate.policy import forbidden
from composestack.translate.refusal import Refusal
from composestack.translate.scope import Ingress
from composestack.translate.stack import Stack

_PATH = re.compile(r"/[^\s?#]*")
_REMEDY = "write it as shop.example.com or shop.example.com/cart"
_INSIDE = "a service on internal networks only cannot be published"


class _Entrance(NamedTuple):
    """One Ingress: its name, its routes by where they are written, the port behind it, and its settings."""

    name: tuple[str, ...]
    routes: Mapping[str, Route]
    port: int
    settings: Ingress


@translates(
    *(
        f"services.*.x-kubernetes.ingress.{name}"
        for name in ("hosts", "className", "tls.secretName", "annotations", "port")
    ),
    considers=("services.*.ports[].target", "services.*.ports[].protocol"),
    caveat="An ingress controller has to be there, and the policy has to allow publish_types: [Ingress].",
)
def host_names(service: Service, stack: Stack) -> Contribution:
    """One Ingress for all host names of a service; from wherever the controller comes, it reaches the port."""
    own = stack.settings[service.name].ingress
    routes = {place: _route(host) for place, host in _places(own, service.name, stack).items()}
    path = f"services.{service.name}.x-kubernetes.ingress"
    if not routes:
        nameless = Refusal(f"{path}.hosts", "there is no host name", "write hosts, or spec.ingress.hosts of the stack")
        return Contribution(problems=[nameless]) if own.model_fields_set else NOTHING
    port = _port(own, service, stack)
    problems = [*_wrong_port(own, path, service.name, next(iter(routes)))] if port is None else []
    problems += _problems(own.hosts, f"{path}.hosts", routes, service.name, stack)
    problems += not_allowed(own.annotations, f"{path}.annotations", stack.scope.policy.publish_annotations)
    if port is None or problems:
        return Contribution(problems=problems)
    secret = own.tls.secret_name if own.tls else stack.scope.ingress.tls_secret
    settings = _settings(own, stack, own.class_name, secret)
    return _opened(_Entrance((stack.labels[service.name],), routes, port, settings), service, stack)


@translates(
    *(f"services.*.ports[].x-kubernetes.ingress.{name}" for name in ("className", "host", "path", "tlsSecret")),
    considers=(
        "services.*.ports[].target",
        "services.*.ports[].protocol",
        "services.*.x-kubernetes.ingress.annotations",
        "services.*.x-kubernetes.ingress.className",
    ),
    caveat="An ingress controller has to be there, and the policy has to allow publish_types: [Ingress].",
)
def host_name_of_a_port(service: Service, stack: Stack) -> Contribution:
    """An Ingress of its own, for a service that speaks HTTP at several ports."""
    parts, taken = [], set()
    whole = stack.settings[service.name].ingress
    for index, port in enumerate(service.ports):
        own, path = stack.extension(port, PortSettings).ingress, f"services.{service.name}.ports[{index}].x-kubernetes"
        if own is None:
            continue
        routes = {f"{path}.ingress.host": Route(own.host, own.path)}
        problems = _problems((own.host,), f"{path}.ingress.host", routes, service.name, stack)
        if port.target in taken:
            message = f"another entry of {port.target} has one, too"
            problems.append(Refusal(f"{path}.ingress", message, "write the host names at x-kubernetes of the service"))
        if port.protocol != "tcp":
            problems.append(Refusal(f"{path}.ingress", f"HTTP is not spoken over {port.protocol}", "leave it out"))
        taken.add(port.target)
        settings = _settings(whole, stack, own.class_name or whole.class_name, own.tls_secret)
        entrance = _Entrance((stack.labels[service.name], str(port.target)), routes, port.target, settings)
        parts.append(Contribution(problems=problems) if problems else _opened(entrance, service, stack))
    return combine(parts)


def _settings(own: IngressSettings, stack: Stack, class_name: str | None, tls_secret: str | None) -> Ingress:
    scope = stack.scope.ingress
    return scope._replace(
        class_name=class_name or scope.class_name,
        tls_secret=tls_secret,
        annotations={**scope.annotations, **own.annotations},
    )


def _opened(entrance: _Entrance, service: Service, stack: Stack) -> Contribution:
    mine, backend = labels.of_service(stack.name, service.name), (stack.labels[service.name], entrance.port)
    name = object_name(stack.name, *entrance.name)
    objects = [ingress(name, mine, entrance.routes.values(), backend, entrance.settings)]
    if stack.scope.network_policy:
        rule, ports = object_name(stack.name, "ingress", *entrance.name), [(entrance.port, "TCP")]
        objects.append(network_policy.open_ports(rule, mine, stack.selector(service.name), ports))
    return Contribution(objects=objects)


def _places(own: IngressSettings, service: str, stack: Stack) -> Mapping[str, str]:
    """Return the host names by where they are written."""
    if own.hosts:
        return {f"services.{service}.x-kubernetes.ingress.hosts[{i}]": host for i, host in enumerate(own.hosts)}
    host = stack.scope.ingress.hosts.get(service)
    return {} if host is None else {f"spec.ingress.hosts.{service}": host}


def _port(own: IngressSettings, service: Service, stack: Stack) -> int | None:
    known = [port.number for port in stack.discovery.ports[service.name] if port.protocol == "TCP"]
    if own.port is not None:
        return own.port if own.port in known else None
    return next((port.target for port in service.ports if port.protocol == "tcp"), known[0] if known else None)


def _wrong_port(own: IngressSettings, path: str, service: str, first: str) -> Iterator[Refusal]:
    if own.port is not None:
        yield Refusal(f"{path}.port", f"{own.port} is no TCP port of {service}", "declare it with expose")
    else:
        yield Refusal(first, f"no TCP port of {service} is known", "declare it with expose")


def _problems(own: Iterable[str], path: str, routes: Mapping[str, Route], service: str, stack: Stack) -> list[Refusal]:
    """Return what is wrong with routes; `own` are those that the document says, at a path."""
    policy, problems = stack.scope.policy, []
    if any(own) and "Ingress" not in policy.publish_types:
        problems.append(policy.not_published("Ingress", path))
    for place, route in routes.items():
        name = route.host.removeprefix("*.")
        known = route.host == ANY or ("." in name and is_dns_subdomain(name))
        if not known or not _PATH.fullmatch(route.path):
            problems.append(Refusal(place, f"{route.host}{route.path.rstrip('/')} is no host name", _REMEDY))
        elif route.host == ANY and not policy.ingress_any_host:
            message = "every host name would lead to this service"
            problems.append(forbidden(place, message, "ingress_any_host", instead="write a host name"))
    if stack.membership.cut_off(service):
        problems.append(Refusal(next(iter(routes)), _INSIDE, "attach it to another network"))
    return problems


def _route(written: str) -> Route:
    host, slash, path = written.partition("/")
    return Route(host, f"{slash}{path}" or "/")
