"""How a service is reached: the Service behind its name, and the ways from outside."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from composestack.translate.extension.settings import Settings


class PublishDefaults(Settings):
    """How published ports are reached from outside; goes before `spec.publish`."""

    annotations: Mapping[str, str] = Field(default_factory=dict)
    external_traffic_policy: Literal["Cluster", "Local"] | None = None
    load_balancer_class: str | None = None
    source_ranges: tuple[str, ...] = ()
    type: Literal["None", "ClusterIP", "NodePort", "LoadBalancer"] | None = None


class PublishSettings(PublishDefaults):
    """How the published ports of this service are reached from outside.

    `nodePorts` are the ports of the nodes by published port, such as `{"80": 30080, "53/udp": 30053}`.
    """

    node_ports: Mapping[str, Annotated[int, Field(gt=0, lt=65536)]] = Field(default_factory=dict)


class TlsSettings(Settings):
    """The Secret with the certificate."""

    secret_name: str


class IngressSettings(Settings):
    """The host names of this service, each perhaps with a path; goes before `spec.ingress`.

    `port` is the container's; by default the first published one, else the first that is known.
    """

    hosts: tuple[str, ...] = ()
    class_name: str | None = None
    tls: TlsSettings | None = None
    annotations: Mapping[str, str] = Field(default_factory=dict)
    port: int | None = Field(default=None, gt=0, lt=65536)


class NameSettings(Settings):
    """The Service behind the name of this service. `Headless`: the name resolves to the pods themselves.

    `publishNotReadyAddresses`: also to those that are not ready. By default a headless one does so, and that of a
    service that needs its own address to become healthy.
    """

    type: Literal["ClusterIP", "Headless"] | None = None
    annotations: Mapping[str, str] = Field(default_factory=dict)
    publish_not_ready_addresses: bool | None = None
    traffic_distribution: Literal["PreferClose", "PreferSameNode", "PreferSameZone"] | None = None
