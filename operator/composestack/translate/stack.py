"""What translators may ask about the whole stack. Each look-up is computed once, and only if somebody asks.

A translator sees one element and this; it never walks the project by itself. So what it reads can be declared and
proved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar

from composestack.compose.model import Element, Mount, Project, Service
from composestack.translate import workload_kind
from composestack.translate.claims import Claims, User
from composestack.translate.copy_up import can_be_filled, wanted
from composestack.translate.discovery import Discovery, Reach
from composestack.translate.docker_cli import Earlier, earlier
from composestack.translate.expansion import Origin, steps
from composestack.translate.extension.service import ServiceSettings
from composestack.translate.extension.settings import Extended, Settings, extended, over, settings_of
from composestack.translate.file_objects import FileContent, file_contents
from composestack.translate.healthcheck import patience
from composestack.translate.kompose.label import Migrated
from composestack.translate.kompose.migration import migrated
from composestack.translate.kompose.volumes import of_volumes
from composestack.translate.labels import selector
from composestack.translate.local_driver import LocalVolume, export
from composestack.translate.lookup import lookup
from composestack.translate.membership import Membership
from composestack.translate.names import is_dns_label, is_dns_subdomain, object_name, unique_dns_labels
from composestack.translate.pods import Pod, Pods, joined, pods
from composestack.translate.project_files import bundle, files_at, project_path
from composestack.translate.refusal import Refusal
from composestack.translate.scope import Scope
from composestack.translate.stack_wide import resources

E = TypeVar("E")
S = TypeVar("S", bound=Settings)
SERVERS = frozenset({"Deployment", "StatefulSet"})
"""Kinds whose pods are meant to run for ever, in a number that somebody chose."""
TASKS = frozenset({"Job", "CronJob"})
"""Kinds whose pods are meant to end."""
NO_ORIGINS: Mapping[str, Origin] = MappingProxyType({})


class Declared(NamedTuple, Generic[E]):
    """An element of a top-level section with its key, such as one of `volumes`."""

    key: str
    element: E


class Stack:
    """A project within its scope. `origins` are those of its services that are none in the document (expansion.py)."""

    def __init__(self, project: Project, scope: Scope, origins: Mapping[str, Origin] = NO_ORIGINS) -> None:
        self._project = project
        self._origins = origins
        self.scope = scope
        self.name = scope.stack
        self.files = lru_cache(maxsize=None)(lambda path: files_at(scope.directory, path))
        """The files at a path of the project directory, see `project_files.files_at`."""
        self.bundle = lru_cache(maxsize=None)(lambda path: bundle(scope.directory, path))
        """The same for a ConfigMap, see `project_files.bundle`."""

    def is_file(self, path: str) -> bool:
        """Tell whether there is a file at a path of the project directory, and not a directory."""
        return "" in self.files(path)

    @lookup
    def labels(self) -> Mapping[str, str]:
        """The DNS label of each service: the name of its Service."""
        return unique_dns_labels(self._project.services)

    @lookup
    def together(self) -> Pods:
        """Which services run together in one pod."""
        inside = steps(self._origins, inside=True)
        guests = frozenset(chain.from_iterable(inside.values()))
        services = {name: service for name, service in self._project.services.items() if name not in guests}
        groups = {name: own.group for name, own in self._extended.settings.items() if own.group}
        return pods(services, groups, inside)

    def steps_before(self, pod: Pod) -> tuple[str, ...]:
        """Return the steps that run before a pod is created, in pods of their own, one after the other."""
        own = steps(self._origins, inside=False)
        return tuple(step for service in pod.services for step in own.get(service, ()))

    def is_service(self, name: str) -> bool:
        """Tell whether a service is one of the document, and so has a name in the network."""
        return name not in self._origins

    def pod_of(self, service: str) -> Pod:
        """Return the pod in which a service runs, alone or with others."""
        return self.together.of[service]

    def joined(self, service: str, attribute: str) -> str | None:
        """Return the service whose namespace this one joins by `network_mode`, `ipc` or `pid`."""
        return joined(self._project.services[service], attribute, self._project.services)

    def workload_name(self, service: str) -> str:
        """Return the name of the workload that runs a service: `<stack>-<service>`, by the host of its pod."""
        return object_name(self.name, self.labels[self.pod_of(service).host])

    def selector(self, service: str) -> dict[str, str]:
        """Return the labels by which the pods of a service are selected."""
        return selector(self.name, self.pod_of(service).host)

    @lookup
    def awaited(self) -> frozenset[str]:
        """The services for whose completion another service waits."""
        return frozenset(
            name
            for service in self._project.services.values()
            for name, dependency in service.depends_on.items()
            if dependency.condition == "service_completed_successfully"
        )

    @lookup
    def kinds(self) -> Mapping[str, str]:
        """The kind of workload of each service: that of the host of its pod."""
        return {name: self.own_kind(self.pod_of(name).host) for name in self._project.services}

    def own_kind(self, service: str) -> str:
        """Return the kind of workload that a service would have in a pod of its own."""
        own, awaited = self._extended.settings[service], service in self.awaited
        if own.cron.schedule:
            return "CronJob"
        return own.workload or workload_kind.workload_kind(self._project.services[service], awaited=awaited)

    def has_healthcheck(self, service: str) -> bool:
        """Tell whether the Compose document says how to find out whether a service is healthy."""
        own = self._extended.settings[service].probes.readiness
        if own is not None:
            return not own.disable
        check = self._project.services[service].healthcheck
        return check is not None and bool(check.test) and check.test[0] != "NONE" and not check.disable

    def __contains__(self, service: str) -> bool:
        """Tell whether there is an active service of that name."""
        return service in self._project.services

    def image(self, service: str) -> str:
        """Return the image of a service: that of `spec.images`, else what Compose says, "" if there is none."""
        return self.scope.images.get(service) or self._project.services[service].image or ""

    # What the document says to Kubernetes alone

    def extension(self, element: Element, kind: type[S]) -> S:
        """Return `x-kubernetes` of a port, mount, network, secret or config. Where it has problems, it is empty."""
        return settings_of(element, kind)

    @lookup
    def _extended(self) -> Extended[ServiceSettings]:
        below: dict[str, Mapping[str, Any]] = {}
        for name, service in self._project.services.items():
            limited = resources(self._project, service)
            of_labels = over({"resources": limited} if limited else {}, self._migrated[name].written)
            if said := over(of_labels, self.earlier[name].written):
                below[name] = said
        return extended("services", self._project.services, ServiceSettings, below)

    @lookup
    def _migrated(self) -> Mapping[str, Migrated]:
        return {name: migrated(service) for name, service in self._project.services.items()}

    @lookup
    def _of_volumes(self) -> Migrated:
        return of_volumes(self._project)

    @lookup
    def earlier(self) -> Mapping[str, Earlier]:
        """What each service says in extensions of Docker's command line."""
        return {name: earlier(service) for name, service in self._project.services.items()}

    def as_written(self, problem: Refusal) -> Refusal:
        """Return a problem with its path in the document: what is said by a label of kompose is wrong there."""
        origins = {
            path: origin
            for found in (*self._migrated.values(), self._of_volumes)
            for path, origin in found.origins.items()
        }
        path, missing = problem.path, ""
        while path not in origins and "." in path:
            path, _, missing = path.rpartition(".")
        if path not in origins:
            return problem
        return replace(problem, path=origins[path], message=f"{missing} {problem.message}".lstrip())

    @lookup
    def settings(self) -> Mapping[str, ServiceSettings]:
        """The extension `x-kubernetes` of each service. Where it has problems, it is empty."""
        return self._extended.settings

    @lookup
    def settings_problems(self) -> Sequence[Refusal]:
        """What is wrong with `x-kubernetes` of services and volumes, and with labels of kompose."""
        of_labels = chain.from_iterable(found.problems for found in (*self._migrated.values(), self._of_volumes))
        return [*of_labels, *self._extended.problems, *self.claims.extended.problems]

    # How services are reached

    @lookup
    def discovery(self) -> Discovery:
        """By which names and ports the stack reaches its services."""
        hosts = {name: self.joined(name, "network_mode") for name in self._project.services}
        names = {name: label for name, label in self.labels.items() if self.is_service(name)}
        return Discovery(self._project, names, self._texts_of_files, self.image, hosts)

    def _texts_of_files(self, service: Service) -> Iterator[str]:
        for mount in service.volumes:
            path = project_path(mount.source) if mount.type == "bind" and mount.source else None
            if path is not None:
                yield from (content.decode(errors="replace") for content in self.files(path).values())
        for grants, contents in ((service.configs, self.configs), (service.secrets, self.secrets)):
            for grant in grants:
                content = contents[grant.source].content if grant.source and grant.source in contents else None
                if content is not None:
                    yield content.decode(errors="replace")

    def headless(self, service: str) -> bool:
        """Tell whether the name of a service resolves to its pods: no port is known, or `dnsrr` was asked for."""
        deploy, own = self._project.services[service].deploy, self._extended.settings[service].service.type
        dnsrr = deploy is not None and deploy.endpoint_mode == "dnsrr"
        return not self.discovery.ports[service] or (dnsrr if own is None else own == "Headless")

    def reach(self, service: str) -> Reach:
        """Return what the names of a service lead to. Without a healthcheck pods are ready as soon as they run."""
        headless, check = self.headless(service), self._project.services[service].healthcheck
        checked = check is not None and bool(check.test) and patience(check) > 0
        return Reach(headless, early=headless or (checked and self._needs_itself(service)))

    def _needs_itself(self, service: str) -> bool:
        """Tell whether a healthcheck could never succeed if the name of its service led to healthy pods only: it asks
        by this name, or the server connects to itself, as brokers do. The latter where pods take turns; where they
        overlap, others answer.
        """
        deploy = self._project.services[service].deploy
        update = deploy.update_config if deploy is not None else None
        in_turn = self.pods(service) == 1 and (update is None or update.order != "start-first")
        return self.discovery.asks_itself(service) or (in_turn and self.discovery.addresses_itself(service))

    @lookup
    def host_names(self) -> Mapping[str, str]:
        """The service behind each name that no Service can bear, but a line of /etc/hosts can."""
        return {
            name: service
            for name, services in self.discovery.behind.items()
            if not is_dns_label(name) and is_dns_subdomain(name) and len(services) == 1
            for service in services
            if not self.headless(service)
        }

    @lookup
    def membership(self) -> Membership:
        """Which services are on which networks."""
        return Membership(self._project)

    # Volumes

    def pods(self, service: str) -> int | None:
        """Return how many pods run a service, None where the cluster decides: by nodes or by load."""
        origin = self._origins.get(service)
        if origin is not None and origin.inside:
            service = origin.before
        if self.kinds[service] == "DaemonSet" or self._extended.settings[service].autoscale.max:
            return None
        return workload_kind.replicas(self._project.services[service])

    def can_be_filled(self, mount: Mount) -> bool:
        """Tell whether a mount is that of a volume which can begin with what an image has."""
        return can_be_filled(mount, self._project.volumes)

    def fills(self, mount: Mount) -> bool | None:
        """Tell whether a new volume begins with what the image has at its place. None: nobody says."""
        return wanted(mount, self._project.volumes)

    def model(self, key: str) -> str:
        """Return the name under which a model of the section `models` is served."""
        return self._project.models[key].model

    def export(self, volume: str) -> LocalVolume | None:
        """Return the NFS export that a volume of the section `volumes` is, None if it is something else."""
        declared = self._project.volumes.get(volume)
        return None if declared is None else export(declared.driver_opts)

    def anonymous_volumes(self, service: str) -> Iterator[str]:
        """Yield where a service mounts volumes that have no name."""
        for mount in self._project.services[service].volumes:
            if mount.type == "volume" and not mount.source and mount.target:
                yield mount.target

    @lookup
    def claims(self) -> Claims:
        """Which claim stands behind each mount."""
        users = {name: self._user(name) for name in self.labels}
        return Claims(self._project, self.scope, users, self.files, self._of_volumes.written)

    def _user(self, name: str) -> User:
        origin = self._origins.get(name)
        owner = origin.before if origin is not None and origin.inside else name
        count = self.pods(owner)
        lasting = self.kinds[owner] in SERVERS and count == 1
        return User(self.labels[owner], count, lasting, self.pod_of(owner).host, owner)

    # Secrets and configs

    @lookup
    def secrets(self) -> Mapping[str, FileContent]:
        """What each secret holds and the name of its object."""
        return file_contents(self._project.secrets, self._project.name, self.scope)

    @lookup
    def configs(self) -> Mapping[str, FileContent]:
        """What each config holds and the name of its object."""
        return file_contents(self._project.configs, self._project.name, self.scope)
