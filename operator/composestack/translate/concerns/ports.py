"""Ports: the Service by which peers reach a service, and the rule that lets others reach what is published."""

from __future__ import annotations

from typing import Any

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Port, Service
from composestack.compose.problems import Notice
from composestack.translate import labels
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.known_ports import KnownPort, exposed, known_ports
from composestack.translate.kompose import host_ports
from composestack.translate.names import is_qualified_name, object_name
from composestack.translate.objects import network_policy
from composestack.translate.objects.service import internal_service
from composestack.translate.policy import forbidden
from composestack.translate.refusal import Refusal
from composestack.translate.stack import TASKS, Stack

LOOPBACK = {"127.0.0.1": "127.0.0.1", "::1": "::1", "localhost": "127.0.0.1"}
ANY = {None, "", "0.0.0.0", "::"}  # noqa: S104 (it is compared with, not bound to)
PROTOCOLS = {"tcp", "udp", "sctp"}


@translates(
    "services.*.expose",
    "services.*.deploy.endpoint_mode",
    "services.*.x-kubernetes.service.publishNotReadyAddresses",
    "services.*.x-kubernetes.service.trafficDistribution",
    "services.*.x-kubernetes.service.type",
    considers=(
        "services.*.ports[].target",
        "services.*.ports[].protocol",
        "services.*.ports[].name",
        "services.*.ports[].app_protocol",
    ),
    caveat="A Service has the ports of `expose` and `ports`, those that the stack addresses, those of popular images.",
)
def internal(service: Service, stack: Stack) -> Contribution:
    """A service is reachable by its name, always: without any known port, the name resolves to the pods themselves.

    The container only bears the ports that are written: what other services say must not roll the pods.
    """
    name, known = stack.labels[service.name], stack.discovery.ports[service.name]
    own, selector = labels.of_service(stack.name, service.name), stack.selector(service.name)
    reach, wished = stack.reach(service.name), stack.settings[service.name].service
    if wished.publish_not_ready_addresses is not None:
        reach = reach._replace(early=wished.publish_not_ready_addresses)
    made = internal_service(name, own, selector, known, reach)
    if wished.traffic_distribution:
        made["spec"]["trafficDistribution"] = wished.traffic_distribution
    objects = [made] if stack.is_service(service.name) else []
    notices = []
    serves = stack.kinds[service.name] not in TASKS and not stack.joined(service.name, "network_mode")
    if not known and objects and serves:
        message = (
            f"no port of {service.name} is known, so its name resolves to the pods; expose a port for a stable address"
        )
        notices.append(Notice(f"services.{service.name}", NoticeCode.NO_KNOWN_PORT, message))
    written = known_ports(service, image="", addressed=())
    container = {"ports": [_container_port(port) for port in written]} if written else None
    problems = _unreadable(service)
    if not known and wished.type == "ClusterIP":
        path = f"services.{service.name}.x-kubernetes.service.type"
        problems.append(Refusal(path, f"no port of {service.name} is known", "declare its ports with expose"))
    return Contribution(container=container, objects=objects, notices=notices, problems=problems)


def _unreadable(service: Service) -> list[Refusal]:
    path, mode = f"services.{service.name}", service.deploy.endpoint_mode if service.deploy else None
    problems = [
        Refusal(f"{path}.expose[{index}]", f"{entry} is no port", "write it as 3000, 3000-3005 or 53/udp")
        for index, entry in enumerate(service.expose)
        if exposed(entry) is None
    ]
    if mode not in {None, "vip", "dnsrr"}:
        problems.append(Refusal(f"{path}.deploy.endpoint_mode", f"{mode} is no mode of Compose", "write vip or dnsrr"))
    return problems


@translates(
    "services.*.ports[].target",
    "services.*.ports[].protocol",
    "services.*.ports[].host_ip",
    "services.*.ports[].mode",
    "services.*.ports[].name",
    "services.*.ports[].app_protocol",
    considers=("services.*.labels", "services.*.ports[].published"),
    caveat="Published ports are reachable within the cluster, at the container's port.",
)
def published(service: Service, stack: Stack) -> Contribution:
    """Whoever is not on the networks of a service reaches its published ports, but for those bound to 127.0.0.1."""
    if not service.ports:
        return NOTHING
    path = f"services.{service.name}.ports"
    problems = [
        problem
        for index, port in enumerate(service.ports)
        for problem in _problems(port, f"{path}[{index}]", stack, by_label=bool(host_ports.label(service)))
    ]
    hosted = [port for port in service.ports if port.mode == "host"]
    container = {"ports": [_host_port(port) for port in hosted]} if hosted and not problems else None
    opened = [(port.target, port.protocol.upper()) for port in service.ports if port.host_ip not in LOOPBACK]
    if opened and stack.membership.cut_off(service.name):
        message = "a service on internal networks only cannot be published"
        return Contribution(container=container, notices=[Notice(path, NoticeCode.IGNORED, message)], problems=problems)
    if not opened or not stack.scope.network_policy:
        return Contribution(container=container, problems=problems)
    policy = network_policy.open_ports(
        object_name(stack.name, "published", stack.labels[service.name]),
        labels.of_service(stack.name, service.name),
        stack.selector(service.name),
        opened,
    )
    return Contribution(container=container, objects=[policy], problems=problems)


def _problems(port: Port, path: str, stack: Stack, *, by_label: bool) -> list[Refusal]:
    """`by_label`: it is a label of kompose, and not `mode`, that wants the port on the node."""
    problems = []
    if port.protocol not in PROTOCOLS:
        problems.append(
            Refusal(f"{path}.protocol", f"{port.protocol} is no protocol of a Service", "write tcp, udp or sctp")
        )
    if not 0 < port.target < 65536:
        problems.append(Refusal(f"{path}.target", f"{port.target} is no port", "write a number from 1 to 65535"))
    if port.app_protocol and not is_qualified_name(port.app_protocol):
        message = f"{port.app_protocol} is no name of a protocol"
        problems.append(Refusal(f"{path}.app_protocol", message, "write it as http or example.com/protocol"))
    if port.mode == "host" and not stack.scope.policy.host_ports:
        message = "a port of the node is not a stack's to use"
        instead = "leave the label out" if by_label else "leave mode out"
        problems.append(forbidden(f"{path}.mode", message, "host_ports", instead=instead))
    if port.host_ip not in LOOPBACK and port.host_ip not in ANY:
        message = f"{port.host_ip} is an address of a host; publishing more widely than written would be unsafe"
        problems.append(Refusal(f"{path}.host_ip", message, "leave the address out"))
    return problems


def _container_port(port: KnownPort) -> dict[str, Any]:
    return {"containerPort": port.number, "name": port.name, "protocol": port.protocol}


def _host_port(port: Port) -> dict[str, Any]:
    number = int(port.published) if port.published and port.published.isdecimal() else port.target
    entry = {"containerPort": port.target, "hostPort": number, "protocol": port.protocol.upper()}
    return entry | ({"hostIP": LOOPBACK[port.host_ip]} if port.host_ip in LOOPBACK else {})
