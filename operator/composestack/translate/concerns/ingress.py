"""Ingress: host names by which the outside reaches a service over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from composestack.compose.model import Service
from composestack.translate import labels
from composestack.translate.annotations import not_allowed
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.extension.publishing import IngressSettings
from composestack.translate.names import is_dns_subdomain, object_name
from composestack.translate.objects import network_policy
from composestack.translate.objects.ingress import Route, ingress
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack

_PATH = re.compile(r"/[^\s?#]*")
_REMEDY = "write it as shop.example.com or shop.example.com/cart"


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
    places = _places(own, service.name, stack)
    path = f"services.{service.name}.x-kubernetes.ingress"
    if not places:
        nameless = Refusal(f"{path}.hosts", "there is no host name", "write hosts, or spec.ingress.hosts of the stack")
        return Contribution(problems=[nameless]) if own.model_fields_set else NOTHING
    port = _port(own, service, stack)
    problems = [*_problems(own, path, places, port, stack)]
    if port is None or problems:
        return Contribution(problems=problems)
    mine, name = labels.of_service(stack.name, service.name), stack.labels[service.name]
    scope = stack.scope.ingress
    made = ingress(
        stack.workload_name(service.name),
        mine,
        [_route(host) for host in places.values()],
        (name, port),
        replace(
            scope,
            class_name=own.class_name or scope.class_name,
            tls_secret=own.tls.secret_name if own.tls else scope.tls_secret,
            annotations={**scope.annotations, **own.annotations},
        ),
    )
    objects = [made]
    if stack.scope.network_policy:
        rule = object_name(stack.name, "ingress", name)
        objects.append(network_policy.open_ports(rule, mine, stack.selector(service.name), [(port, "TCP")]))
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


def _problems(
    own: IngressSettings, path: str, places: Mapping[str, str], port: int | None, stack: Stack
) -> Iterable[Refusal]:
    policy, first = stack.scope.policy, next(iter(places))
    if own.hosts and "Ingress" not in policy.publish_types:
        yield policy.not_published("Ingress", f"{path}.hosts")
    yield from not_allowed(own.annotations, f"{path}.annotations", policy.publish_annotations)
    for place, host in places.items():
        name = _route(host).host.removeprefix("*.")
        if "." not in name or not is_dns_subdomain(name) or not _PATH.fullmatch(_route(host).path):
            yield Refusal(place, f"{host} is no host name", _REMEDY)
    service = path.split(".")[1]
    if stack.cut_off(service):
        yield Refusal(first, "a service on internal networks only cannot be published", "attach it to another network")
    elif port is None and own.port is not None:
        yield Refusal(f"{path}.port", f"{own.port} is no TCP port of {service}", "declare it with expose")
    elif port is None:
        yield Refusal(first, f"no TCP port of {service} is known", "declare it with expose")


def _route(written: str) -> Route:
    host, slash, path = written.partition("/")
    return Route(host, f"{slash}{path}" or "/")
