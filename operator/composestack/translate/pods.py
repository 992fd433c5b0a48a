"""Which services run together in one pod, and in which order their containers start.

A container of Docker can join the namespaces of another one (`network_mode`, `ipc` and `pid`: `service:db`); in
Kubernetes only the containers of one pod share them. `x-kubernetes.group` is for services that want to be together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from composestack.compose.model import Service
from composestack.translate.refusal import Refusal

NAMESPACES = ("network_mode", "ipc", "pid")
"""The attributes by which a container joins a namespace of another one."""

Waiting = Mapping[str, Iterable[str]]
"""For each service those that have to start before it."""


class Pod(NamedTuple):
    """One pod: `host` is the service after which it is named and selected, the others are its guests.

    - `services` are all of them, in the order in which they start.
    - `sidecars` are those for which others of the pod wait: Kubernetes starts them one by one, before the rest
      (Kubernetes documentation, "Sidecar Containers"). `healthy`: others wait until these are healthy.
    - `steps` are what runs to completion before a service starts, by service.
    """

    host: str
    services: tuple[str, ...]
    sidecars: frozenset[str] = frozenset()
    healthy: frozenset[str] = frozenset()
    steps: Mapping[str, tuple[str, ...]] | None = None

    @property
    def shared(self) -> bool:
        """Whether several services run in it."""
        return len(self.services) > 1

    def before(self, service: str) -> tuple[str, ...]:
        """Return what runs to completion before a service starts."""
        return self.steps.get(service, ()) if self.steps else ()

    def owner(self, part: str) -> str:
        """Return the service before which a step runs; a service is its own."""
        return next((service for service in self.services if part in self.before(service)), part)

    def parts(self) -> Iterator[str]:
        """Yield everything that has a container in it, in the order in which they start."""
        for service in self.services:
            yield from self.before(service)
            yield service


class Pods(NamedTuple):
    """The pod of each service, and of each step that runs in one; `problems` are orders that cannot be kept."""

    of: Mapping[str, Pod]
    problems: tuple[Refusal, ...] = ()


def joined(service: Service, attribute: str, services: Mapping[str, Service]) -> str | None:
    """Return the service whose namespace another one joins by one of NAMESPACES, or None.

    Containers go by the name that the stack itself gives them (`container_name`).
    """
    sort, _, name = (getattr(service, attribute) or "").partition(":")
    if sort == "service":
        return name if name in services else None
    if sort != "container":
        return None
    return next((other.name for other in services.values() if name and other.container_name == name), None)


def pods(services: Mapping[str, Service], groups: Mapping[str, str], steps: Mapping[str, tuple[str, ...]]) -> Pods:
    """Return who runs with whom. `groups` are the names of groups by service, `steps` what runs before a service."""
    hosts = {name: _hosts(service, services) for name, service in services.items()}
    found: dict[str, Pod] = {}
    problems: list[Refusal] = []
    for members in _together(services, hosts, groups):
        pod, wrong = _pod(members, services, hosts, steps)
        problems += wrong
        found |= dict.fromkeys(pod.parts(), pod)
    return Pods(found, (*problems, *_deadlocks(services, found)))


def _hosts(service: Service, services: Mapping[str, Service]) -> tuple[str, ...]:
    named = (joined(service, attribute, services) for attribute in NAMESPACES)
    return tuple(dict.fromkeys(name for name in named if name is not None and name != service.name))


def _together(
    services: Iterable[str], hosts: Mapping[str, Iterable[str]], groups: Mapping[str, str]
) -> list[tuple[str, ...]]:
    """Return the services of each pod: those that are joined, directly or through others, and those of one group."""
    members = {name: {name} for name in services}
    first: dict[str, str] = {}
    links = [(name, host) for name, wanted in hosts.items() for host in wanted]
    links += [(name, first.setdefault(group, name)) for name, group in groups.items()]
    for one, other in links:
        union = members[one] | members[other]
        members.update(dict.fromkeys(union, union))
    return sorted({tuple(sorted(union)) for union in members.values()})


def _pod(
    members: tuple[str, ...],
    services: Mapping[str, Service],
    hosts: Mapping[str, tuple[str, ...]],
    steps: Mapping[str, tuple[str, ...]],
) -> tuple[Pod, list[Refusal]]:
    own = {name: steps[name] for name in members if name in steps} or None
    if len(members) == 1:
        return Pod(members[0], members, steps=own), []
    waiting = {
        name: tuple(dict.fromkeys([*hosts[name], *(each for each in services[name].depends_on if each in members)]))
        for name in members
    }
    order = _order(waiting)
    problems = [] if order else [_endless(members[0], members)]
    order = order or members
    hosting = {host for name in members for host in hosts[name]}
    tops = [name for name in order if name in hosting and not hosts[name]] or list(order)
    healthy = {
        target
        for name in members
        for target, dependency in services[name].depends_on.items()
        if target in members and dependency.condition == "service_healthy"
    }
    sidecars = frozenset(target for awaited in waiting.values() for target in awaited)
    return Pod(tops[0], order, sidecars, frozenset(healthy), own), problems


def _order(waiting: Waiting) -> tuple[str, ...]:
    """Return an order in which everyone starts after those it waits for, by name; empty if there is none."""
    sorter = TopologicalSorter(waiting)
    try:
        sorter.prepare()
    except CycleError:
        return ()
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order += ready
        sorter.done(*ready)
    return tuple(order)


def _deadlocks(services: Mapping[str, Service], pods: Mapping[str, Pod]) -> list[Refusal]:
    """A pod starts as a whole, so nothing outside of it can wait for one of its services and be awaited by another."""
    waiting: dict[str, set[str]] = {pod.host: set() for pod in pods.values()}
    for name, service in services.items():
        waiting[pods[name].host] |= {pods[each].host for each in service.depends_on if each in pods}
    for host, awaited in waiting.items():
        awaited.discard(host)
    try:
        TopologicalSorter(waiting).prepare()
    except CycleError as cycle:
        hosts = sorted(set(cycle.args[1]))
        shared = next((host for host in hosts if pods[host].shared), None)
        return [_endless(shared, hosts)] if shared is not None else []
    return []


def _endless(service: str, services: Iterable[str]) -> Refusal:
    message = f"the pods of {', '.join(services)} wait for each other, because the services of one pod start together"
    return Refusal(f"services.{service}.depends_on", message, "take out one of the dependencies")
