"""Publishing: a second Service, by which the outside reaches the published ports at their published numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Port, Service
from composestack.compose.problems import Notice
from composestack.translate import labels
from composestack.translate.annotations import not_allowed
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.extension.port import PortSettings
from composestack.translate.extension.publishing import PublishSettings
from composestack.translate.known_ports import APP_PROTOCOLS
from composestack.translate.names import object_name
from composestack.translate.objects.service import published_service
from composestack.translate.publishing import OPEN, idle_options, publishing, wrong_options
from composestack.translate.refusal import Refusal
from composestack.translate.scope import Publish
from composestack.translate.stack import Stack

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
NODE_PORTS = range(30000, 32768)
"""Where node ports are unless the cluster was set up otherwise (Kubernetes documentation, "Service")."""


_OPTIONS = ("annotations", "externalTrafficPolicy", "loadBalancerClass", "nodePorts", "sourceRanges", "type")


class _Opened(NamedTuple):
    """A port that is opened, where it is written, and at which port of the nodes, if somebody says so."""

    path: str
    port: Port
    node_port: int | None = None


@translates(
    "services.*.ports[].published",
    "services.*.ports[].x-kubernetes.nodePort",
    *(f"services.*.x-kubernetes.publish.{name}" for name in _OPTIONS),
    considers=(
        "services.*.ports[].target",
        "services.*.ports[].protocol",
        "services.*.ports[].host_ip",
        "services.*.ports[].mode",
        "services.*.ports[].name",
        "services.*.ports[].app_protocol",
    ),
    caveat="Nothing is open to the outside unless spec.publish or x-kubernetes.publish says NodePort or LoadBalancer; "
    "until then the published number has no effect, and everybody uses the container's port.",
)
def published(service: Service, stack: Stack) -> Contribution:
    """NodePort or LoadBalancer makes a Service `<service>-published`; what is bound to 127.0.0.1 is not in it.

    The other Service keeps the container's ports: that is how peers address them. A port that names its node port is
    opened there, also if nothing else of the service is.
    """
    own = stack.settings[service.name].publish
    path = f"services.{service.name}"
    how = publishing(own, stack.scope.publish)
    opened = [*_opened(service, path, own, stack)]
    if how.type not in OPEN:
        opened = [each for each in opened if stack.extension(each.port, PortSettings).node_port]
        how = how._replace(type="NodePort") if opened else how
    problems = [*_problems(service, own, how, stack)]
    if how.type not in OPEN or not opened or stack.membership.cut_off(service.name):
        return Contribution(problems=problems) if problems else NOTHING
    problems += _unusable(opened)
    if problems:
        return Contribution(problems=problems)
    made = published_service(
        object_name(stack.labels[service.name], "published"),
        labels.of_service(stack.name, service.name),
        stack.selector(service.name),
        how,
        [_entry(each, how.type) for each in opened],
    )
    return Contribution(objects=[made], notices=_out_of_range(opened) if how.type == "NodePort" else ())


def _opened(service: Service, path: str, own: PublishSettings, stack: Stack) -> Iterator[_Opened]:
    for index, port in enumerate(service.ports):
        if port.host_ip not in LOOPBACK and port.mode != "host":
            said = [own.node_ports[name] for name in _names(port) if name in own.node_ports]
            node_port = stack.extension(port, PortSettings).node_port or next(iter(said), None)
            yield _Opened(f"{path}.ports[{index}]", port, node_port)


def _names(port: Port) -> list[str]:
    """Return how `nodePorts` may call a port."""
    number = _number(port)
    return [f"{number}/{port.protocol}", *([f"{number}"] if port.protocol == "tcp" else [])]


def _problems(service: Service, own: PublishSettings, how: Publish, stack: Stack) -> Iterator[Refusal]:
    policy, path = stack.scope.policy, f"services.{service.name}"
    place = f"{path}.x-kubernetes.publish"
    if own.type in OPEN and own.type not in policy.publish_types:
        yield policy.not_published(own.type, f"{place}.type")
    yield from not_allowed(own.annotations, f"{place}.annotations", policy.publish_annotations)
    yield from wrong_options(own, place)
    yield from idle_options(own, how, place)
    if own.node_ports:
        published = {name for port in service.ports for name in _names(port)}
        for name in sorted(own.node_ports.keys() - published):
            yield Refusal(f"{place}.nodePorts.{name}", f"{name} is no published port", "write it as 80 or 53/udp")
        if how.type not in OPEN:
            yield Refusal(f"{place}.nodePorts", f"means nothing with type {how.type}", "write type: NodePort, too")
    for index, port in enumerate(service.ports):
        if not stack.extension(port, PortSettings).node_port:
            continue
        place = f"{path}.ports[{index}].x-kubernetes.nodePort"
        if port.host_ip in LOOPBACK or port.mode == "host":
            yield Refusal(place, "this port is not published by a Service", "leave it out")
        elif how.type not in policy.publish_types:
            yield policy.not_published(how.type, place)


def _number(port: Port) -> int | None:
    """The published number: the first of a range, of which Docker takes any; without one, that of the container."""
    first = (port.published or "").partition("-")[0]
    if not first.isdecimal() or int(first) == 0:
        return port.target
    return int(first) if int(first) < 65536 else None


def _unusable(opened: Iterable[_Opened]) -> Iterator[Refusal]:
    """A Service can serve a number once; Docker, too, binds a port of the host once."""
    targets: dict[tuple[int, str], int] = {}
    nodes: dict[tuple[int, str], int] = {}
    for path, port, node_port in opened:
        number = _number(port)
        if node_port and nodes.setdefault((node_port, port.protocol), port.target) != port.target:
            yield Refusal(path, f"{node_port}/{port.protocol} of the nodes is taken twice", "take another node port")
        if number is None:
            yield Refusal(f"{path}.published", f"{port.published} is no port", "write a number from 1 to 65535")
        elif targets.setdefault((number, port.protocol), port.target) != port.target:
            message = f"{number}/{port.protocol} is published twice"
            yield Refusal(f"{path}.published", message, "publish one of them at another number")


def _out_of_range(opened: Iterable[_Opened]) -> list[Notice]:
    return [
        Notice(
            f"{path}.published",
            NoticeCode.APPROXIMATED,
            f"{number} is no node port ({NODE_PORTS[0]}-{NODE_PORTS[-1]}), so the cluster chooses one",
        )
        for path, port, node_port in opened
        if node_port is None and (number := _number(port)) not in NODE_PORTS
    ]


def _entry(opened: _Opened, kind: str) -> dict[str, Any]:
    port = opened.port
    number = _number(port) or port.target
    protocol = port.protocol.upper()
    entry: dict[str, Any] = {
        "name": f"{number}-{protocol.lower()}",
        "port": number,
        "protocol": protocol,
        "targetPort": port.target,
    }
    if port.app_protocol:
        entry["appProtocol"] = APP_PROTOCOLS.get(port.app_protocol, port.app_protocol)
    if opened.node_port is not None:
        entry["nodePort"] = opened.node_port
    elif kind == "NodePort" and number in NODE_PORTS:
        entry["nodePort"] = number
    return entry
