"""Publishing: a second Service, by which the outside reaches the published ports at their published numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Port, Service
from composestack.compose.problems import Notice
from composestack.translate import labels
from composestack.translate.annotations import not_allowed
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.extension.publishing import PublishSettings
from composestack.translate.known_ports import APP_PROTOCOLS
from composestack.translate.names import object_name
from composestack.translate.objects.service import published_service
from composestack.translate.refusal import Refusal
from composestack.translate.scope import Publish
from composestack.translate.stack import Stack

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
NODE_PORTS = range(30000, 32768)
"""Where node ports are unless the cluster was set up otherwise (Kubernetes documentation, "Service")."""


@translates(
    "services.*.ports[].published",
    "services.*.x-kubernetes.publish.type",
    "services.*.x-kubernetes.publish.annotations",
    considers=(
        "services.*.ports[].target",
        "services.*.ports[].protocol",
        "services.*.ports[].host_ip",
        "services.*.ports[].mode",
        "services.*.ports[].name",
        "services.*.ports[].app_protocol",
    ),
    caveat="Nothing is open to the outside unless spec.publish or x-kubernetes.publish says NodePort or LoadBalancer.",
)
def published(service: Service, stack: Stack) -> Contribution:
    """NodePort or LoadBalancer makes a Service `<service>-published`; what is bound to 127.0.0.1 is not in it.

    The other Service keeps the container's ports: that is how peers address them.
    """
    own = stack.settings[service.name].publish
    path = f"services.{service.name}"
    problems = [*_problems(own, f"{path}.x-kubernetes.publish", stack)]
    how = _how(own, stack.scope.publish)
    opened = [
        (f"{path}.ports[{index}]", port)
        for index, port in enumerate(service.ports)
        if port.host_ip not in LOOPBACK and port.mode != "host"
    ]
    if how.type in {"None", "ClusterIP"} or not opened or stack.cut_off(service.name):
        return Contribution(problems=problems) if problems else NOTHING
    problems += _unusable(opened)
    if problems:
        return Contribution(problems=problems)
    made = published_service(
        object_name(stack.labels[service.name], "published"),
        labels.of_service(stack.name, service.name),
        stack.selector(service.name),
        how,
        [_entry(port, how.type) for _, port in opened],
    )
    return Contribution(objects=[made], notices=_out_of_range(opened) if how.type == "NodePort" else ())


def _how(own: PublishSettings, scope: Publish) -> Publish:
    return Publish(own.type or scope.type, {**scope.annotations, **own.annotations})


def _problems(own: PublishSettings, path: str, stack: Stack) -> Iterable[Refusal]:
    policy = stack.scope.policy
    if own.type in {"NodePort", "LoadBalancer"} and own.type not in policy.publish_types:
        yield policy.not_published(own.type, f"{path}.type")
    yield from not_allowed(own.annotations, f"{path}.annotations", policy.publish_annotations)


def _number(port: Port) -> int | None:
    """The published number: the first of a range, of which Docker takes any; without one, that of the container."""
    first = (port.published or "").partition("-")[0]
    if not first.isdecimal() or int(first) == 0:
        return port.target
    return int(first) if int(first) < 65536 else None


def _unusable(opened: Iterable[tuple[str, Port]]) -> Iterable[Refusal]:
    """A Service can serve a number once; Docker, too, binds a port of the host once."""
    targets: dict[tuple[int, str], int] = {}
    for path, port in opened:
        number = _number(port)
        if number is None:
            yield Refusal(f"{path}.published", f"{port.published} is no port", "write a number from 1 to 65535")
        elif targets.setdefault((number, port.protocol), port.target) != port.target:
            message = f"{number}/{port.protocol} is published twice"
            yield Refusal(f"{path}.published", message, "publish one of them at another number")


def _out_of_range(opened: Iterable[tuple[str, Port]]) -> list[Notice]:
    return [
        Notice(
            f"{path}.published",
            NoticeCode.APPROXIMATED,
            f"{number} is no node port ({NODE_PORTS[0]}-{NODE_PORTS[-1]}), so the cluster chooses one",
        )
        for path, port in opened
        if (number := _number(port)) not in NODE_PORTS
    ]


def _entry(port: Port, kind: str) -> dict[str, Any]:
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
    if kind == "NodePort" and number in NODE_PORTS:
        entry["nodePort"] = number
    return entry
