"""What the stack says, and by which names and ports it reaches its services. Computed once, and only if asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from composestack.compose.model import Project, Service
from composestack.translate import addresses, known_ports
from composestack.translate.known_ports import KnownPort
from composestack.translate.kompose.names import further_name
from composestack.translate.lookup import lookup
from composestack.translate.names import host_name, is_dns_label, is_dns_subdomain


class Reach(NamedTuple):
    """What the name of a service leads to: the pods themselves (`headless`) or one address before them, and also those
    that are not ready (`early`), as it always does with Docker.
    """

    headless: bool
    early: bool


class Discovery:
    """The names and ports of a project: what its environment, commands, healthchecks and files say.

    `labels` are the DNS labels of the services that have a name in the network, `texts_of_files` yields what the files
    that a service mounts say, `image` returns the image of a service, `hosts` has the service on whose network a
    service is by `network_mode`.
    """

    def __init__(
        self,
        project: Project,
        labels: Mapping[str, str],
        texts_of_files: Callable[[Service], Iterable[str]],
        image: Callable[[str], str],
        hosts: Mapping[str, str | None],
    ) -> None:
        self._project = project
        self._labels = labels
        self._texts_of_files = texts_of_files
        self._image = image
        self._hosts = hosts

    @lookup
    def behind(self) -> Mapping[str, frozenset[str]]:
        """The services behind each host name: their own names, and the further ones."""
        return {**self.aliases, **{name: frozenset({name}) for name in self._labels}}

    @lookup
    def _spellings(self) -> Mapping[str, str]:
        """The DNS name for each host name that neither DNS nor /etc/hosts can hold, such as `my_db`."""
        return {
            name: self._labels[service]
            for name, services in self.behind.items()
            if not is_dns_label(host_name(name)) and not is_dns_subdomain(name) and len(services) == 1
            for service in services
        }

    def spelled(self, text: str, *, variable: str = "") -> str:
        """Return a text of the stack with host names as DNS has them. `variable`: the one whose value it is, if any."""
        return addresses.respelled(text, self._spellings, variable=variable) if self._spellings else text

    @lookup
    def _spoken(self) -> Mapping[str, tuple[str, ...]]:
        return {
            name: (
                *(self.spelled(value, variable=key) for key, value in service.environment.items() if value),
                *map(self.spelled, addresses.commands(service)),
                *self._texts_of_files(service),
            )
            for name, service in self._project.services.items()
        }

    def mentioned(self, name: str, *, besides: str = "") -> bool:
        """Tell whether a service other than `besides` says this name: in environment, commands, healthcheck, files."""
        return any(addresses.mentions(name, texts) for service, texts in self._spoken.items() if service != besides)

    @lookup
    def aliases(self) -> Mapping[str, frozenset[str]]:
        """The services behind each further host name: network aliases, container names and aliases of links."""
        return {alias: frozenset(chain.from_iterable(places.values())) for alias, places in self._alias_places.items()}

    def means_one_thing(self, alias: str) -> bool:
        """Tell whether a further host name stands for the same services wherever it holds."""
        return all(services == self.aliases[alias] for services in self._alias_places[alias].values())

    @lookup
    def _alias_places(self) -> Mapping[str, Mapping[str, set[str]]]:
        """The services behind each further host name, by where it holds."""
        found: dict[str, dict[str, set[str]]] = {}
        for alias, service, place in self._alias_uses():
            found.setdefault(host_name(alias), {}).setdefault(place, set()).add(service)
        return found

    def _alias_uses(self) -> Iterator[tuple[str, str, str]]:
        """Yield each further host name with its service and where it holds: on a network, for a link, or everywhere."""
        for service in self._project.services.values():
            if service.container_name:
                yield service.container_name, service.name, ""
            if other := further_name(service):
                yield other, service.name, ""
            for key, network in service.networks.items():
                yield from ((alias, service.name, key) for alias in network.aliases)
            for target, _, alias in (link.partition(":") for link in service.links):
                if alias and target in self._project.services:
                    yield alias, target, f"links of {service.name}"

    @lookup
    def _said(self) -> Mapping[str, frozenset[tuple[str, int]]]:
        """Each `(host, port)` that a service says."""
        texts = {text for spoken in self._spoken.values() for text in spoken if ":" in text}
        pairs = {text: tuple(addresses.addressed(text)) for text in texts}
        return {
            name: frozenset(chain(*(pairs.get(text, ()) for text in spoken), addresses.addressed_by_variables(said)))
            for name, spoken in self._spoken.items()
            for said in (self._project.services[name].environment,)
        }

    @lookup
    def _targets(self) -> Mapping[str, frozenset[str]]:
        """The services behind each host name, as it may be spelled."""
        names = {name: frozenset({name}) for name in self._labels}
        return {**{self._labels[name]: own for name, own in names.items()}, **self.aliases, **names}

    def _called(self, host: str) -> frozenset[str]:
        return self._targets.get(host) or self._targets.get(host.lower(), frozenset())

    @lookup
    def _addressed(self) -> Mapping[str, frozenset[int]]:
        """The ports at which the stack itself reaches each service."""
        ports: dict[str, set[int]] = {name: set() for name in self._project.services}
        for host, port in frozenset().union(*self._said.values()):
            for target in self._called(host):
                ports[target].add(port)
        return {name: frozenset(numbers) for name, numbers in ports.items()}

    def asks_itself(self, name: str) -> bool:
        """Tell whether the healthcheck of a service connects to a name of the service."""
        check = self._project.services[name].healthcheck
        return self._is_called(name, addresses.asked(map(self.spelled, check.test) if check else ()))

    def addresses_itself(self, name: str) -> bool:
        """Tell whether a service is told its own address, as brokers and the members of clusters are."""
        return self._is_called(name, (host for host, _ in self._said[name]))

    def _is_called(self, name: str, hosts: Iterable[str]) -> bool:
        """Tell whether a service is behind one of these hosts. By its own host name it needs no Service: Kubernetes has
        that in /etc/hosts.
        """
        own = self._project.services[name].hostname
        return any(name in self._called(host) for host in hosts if host != own)

    @lookup
    def ports(self) -> Mapping[str, tuple[KnownPort, ...]]:
        """The known ports of each service, with those of the services on its network that have no name there."""
        own = {
            name: known_ports.known_ports(service, self._image(name), self._addressed[name])
            for name, service in self._project.services.items()
        }
        guests = {host: [own[name] for name, of in self._hosts.items() if of == host] for host in self._hosts.values()}
        return {name: known_ports.united(ports, *guests.get(name, ())) for name, ports in own.items()}
