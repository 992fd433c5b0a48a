"""`x-kubernetes` of a port."""

from __future__ import annotations

from pydantic import Field

from composestack.translate.extension.gateway import PortGatewaySettings
from composestack.translate.extension.settings import Settings


class PortIngressSettings(Settings):
    """A host name, and perhaps a path, by which the outside reaches this port."""

    class_name: str | None = None
    host: str
    path: str = "/"
    tls_secret: str | None = None


class PortSettings(Settings):
    """How the outside reaches this port; goes before what the service says of all its ports."""

    gateway: PortGatewaySettings | None = None
    ingress: PortIngressSettings | None = None
    node_port: int | None = Field(default=None, gt=0, lt=65536)
