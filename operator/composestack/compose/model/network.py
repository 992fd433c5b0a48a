"""Networks: the top-level definitions, and how a service is attached to one."""

from collections.abc import Mapping

from pydantic import Field

from composestack.compose.model.base import Bool, Element, Labels, Options, Priority, UniqueTexts, nothing


class ServiceNetwork(Element):
    """The attachment of a service to a network. An attachment written as null has an empty `model_fields_set`."""

    aliases: UniqueTexts = ()
    driver_opts: Options = Field(default_factory=nothing)
    gw_priority: Priority | None = None
    interface_name: str | None = None
    ipv4_address: str | None = None
    ipv6_address: str | None = None
    link_local_ips: UniqueTexts = ()
    mac_address: str | None = None
    priority: Priority | None = None
    use_service_name_alias: Bool | None = None


class IpamPool(Element):
    """One address pool of a network."""

    subnet: str | None = None
    ip_range: str | None = None
    gateway: str | None = None
    aux_addresses: Mapping[str, str] = Field(default_factory=nothing)


class Ipam(Element):
    """Address management of a network."""

    driver: str | None = None
    config: tuple[IpamPool, ...] = ()
    options: Mapping[str, str] = Field(default_factory=nothing)


class Network(Element):
    """A top-level network. `name` is always set: what was written, the key if `external`, else `<project>_<key>`."""

    name: str | None = None
    driver: str | None = None
    driver_opts: Options = Field(default_factory=nothing)
    ipam: Ipam | None = None
    external: Bool = False
    internal: Bool | None = None
    attachable: Bool | None = None
    enable_ipv4: Bool | None = None
    enable_ipv6: Bool | None = None
    labels: Labels = Field(default_factory=nothing)
