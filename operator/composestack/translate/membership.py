"""Which services are on which networks, and how the pods of a network are marked."""

from __future__ import annotations

from collections.abc import Mapping

from composestack.compose.model import Network, Project
from composestack.translate.extension.network import NetworkSettings
from composestack.translate.extension.settings import settings_of
from composestack.translate.labels import membership
from composestack.translate.lookup import lookup
from composestack.translate.names import unique_dns_labels


class Membership:
    """The networks of a project and their members."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def label(self, network: str) -> str:
        """Return the key of the label that marks the pods of a network.

        One with a name of its own is shared with other stacks.
        """
        element = self._project.networks.get(network)
        if element is not None and self._has_own_name(network, element):
            return membership("shared-network", element.name or network)
        return membership("network", network)

    @lookup
    def names(self) -> Mapping[str, str]:
        """The DNS label of each network."""
        return unique_dns_labels(self._project.networks)

    def any_of(self, network: str) -> bool:
        """Tell whether a service is attached to a network."""
        return any(network in service.networks for service in self._project.services.values())

    def shared(self, network: str) -> bool:
        """Tell whether a network can have members of other stacks."""
        element = self._project.networks.get(network)
        return element is not None and self._has_own_name(network, element)

    def together(self, one: str, other: str) -> bool:
        """Tell whether two services, or one with itself, are members of one network."""
        services = self._project.services
        return not services[one].networks.keys().isdisjoint(services[other].networks)

    def attachments(self, service: str) -> list[str]:
        """Return the networks of the cluster that the pods of a service have besides."""
        networks = (self._project.networks.get(key) for key in self._project.services[service].networks)
        found = (settings_of(network, NetworkSettings).attachment for network in networks if network is not None)
        return sorted({name for name in found if name})

    def cut_off(self, service: str) -> bool:
        """Tell whether a service is on internal networks only, and so has no way out and cannot be published."""
        networks = [self._project.networks.get(key) for key in self._project.services[service].networks]
        return bool(networks) and all(network is not None and network.internal for network in networks)

    def _has_own_name(self, key: str, element: Network) -> bool:
        return element.external or element.name not in {None, f"{self._project.name}_{key}"}
