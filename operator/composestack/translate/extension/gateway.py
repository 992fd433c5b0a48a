"""Routes of the Gateway API."""

from __future__ import annotations

from composestack.translate.extension.settings import Settings


class ParentSettings(Settings):
    """A Gateway, of the stack's own namespace unless another one is named, and perhaps one of its listeners."""

    name: str
    namespace: str = ""
    section_name: str = ""


class GatewaySettings(Settings):
    """Which Gateways hand what to this service: requests to these host names, below this path.

    `port` is the container's; by default the first published one, else the first that is known. What it speaks
    (`app_protocol`) makes it an HTTPRoute, GRPCRoute, TLSRoute or TCPRoute.
    """

    hostnames: tuple[str, ...] = ()
    parent_refs: tuple[ParentSettings, ...] = ()
    path: str | None = None
    port: int | None = None


class PortGatewaySettings(Settings):
    """The same for one port: one Gateway, one host name."""

    hostname: str | None = None
    parent_ref: ParentSettings
    path: str | None = None
