"""Which mounts become PersistentVolumeClaims, who uses each, and what that asks of the claim and of its users."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from composestack.compose.model import Mount, Project, Service
from composestack.translate.extension.mount import MountSettings
from composestack.translate.extension.settings import NOTHING, extended, settings_of
from composestack.translate.extension.volume import VolumeSettings
from composestack.translate.kompose.volumes import lives_with_pod
from composestack.translate.local_driver import export
from composestack.translate.names import dns_label, object_name, path_label, unique_dns_labels
from composestack.translate.project_files import project_path
from composestack.translate.scope import Scope, Storage

READ_WRITE_ONCE = "ReadWriteOnce"
READ_WRITE_MANY = "ReadWriteMany"


class ClaimKey(NamedTuple):
    """Which claim: `volume` and a key, `bind` and a path, or `anonymous` and `<service>:<target>`."""

    sort: str
    name: str


class User(NamedTuple):
    """A service as a user of volumes: its label, and how many pods run it (None: one on every node).

    `lasting`: it runs in one pod that is replaced and never completes, so it can keep anonymous volumes. `host` is the
    service in whose pod it runs, if that is another one, `owner` the one whose anonymous volumes it has.
    """

    label: str
    pods: int | None
    lasting: bool
    host: str | None = None
    owner: str | None = None


class Claim(NamedTuple):
    """A claim of this stack, or an existing one (`external`).

    - `volume` is what Compose calls it: the key of a named volume, the path of a bind mount (`./data`), or service and
      target of an anonymous volume. `declared`: it is a named one, so the section `volumes` answers for the object.
    - `label` is the same as a DNS label, unique within the stack.
    - `root`: where in the claim the volume begins, if it says so itself.
    - `colocated`: all pods that mount it have to be on one node.
    """

    volume: str
    label: str
    name: str
    access_mode: str
    colocated: bool = False
    external: bool = False
    retained: bool = True
    declared: bool = True
    root: str | None = None


class Claims:
    """The claims of a project. `files` returns the files at a path of the project directory, `below` is what else says
    the same of volumes as their extension, with less weight.
    """

    def __init__(
        self,
        project: Project,
        scope: Scope,
        users: Mapping[str, User],
        files: Callable[[str], Mapping[str, bytes]],
        below: Mapping[str, Mapping[str, Any]] = NOTHING,
    ) -> None:
        self._project = project
        self._scope = scope
        self._users = users
        self._files = files
        self.extended = extended("volumes", project.volumes, VolumeSettings, below)
        """The extension `x-kubernetes` of each volume."""
        found = [
            (key, service.name)
            for service in project.services.values()
            for mount in service.volumes
            if (key := self._key(service, mount)) is not None
        ]
        labels = unique_dns_labels(sorted({key.name for key, _ in found if key.sort == "volume"}))
        services: dict[ClaimKey, set[str]] = {}
        for key, service in found:
            services.setdefault(key, set()).add(service)
        self._claims = {key: self._claim(key, labels, names) for key, names in services.items()}
        hosts = {key: {self._host(name) for name in names} for key, names in services.items()}
        self._groups = _groups((claim.label, hosts[key]) for key, claim in self._claims.items() if claim.colocated)

    def all(self) -> Iterable[Claim]:
        """Return every claim that is used, once."""
        return self._claims.values()

    def behind(self, service: str, mount: Mount) -> Claim | None:
        """Return the claim behind a mount of a service, or None if there is none."""
        key = self._key(self._project.services[service], mount)
        return None if key is None else self._claims[key]

    def named(self, volume: str) -> Claim | None:
        """Return the claim of a volume of the section `volumes`, or None if nobody uses it."""
        return self._claims.get(ClaimKey("volume", volume))

    def storage(self, volume: str) -> Storage:
        """Return what the claim of a volume asks for: what `x-kubernetes` says, else the stack."""
        own, wanted = self.extended.settings.get(volume), self._scope.storage
        if own is None:
            return wanted
        return Storage(
            wanted.class_name if own.storage_class is None else own.storage_class,
            own.size or wanted.default_size,
            own.access_modes[0] if own.access_modes else wanted.access_mode,
        )

    def node_group(self, service: str) -> str | None:
        """Return the name of the group of services that have to be on one node with this one, or None if there is none.

        It has to be one group, also with several volumes: the scheduler starts the first pod of a group anywhere, but
        not one that waits for the pods of two.
        """
        return self._groups.get(self._host(service))

    def writes_alone(self, service: str) -> bool:
        """Tell whether a service writes to a claim that one node (or pod) at a time can mount."""
        mounts = (mount for mount in self._project.services[service].volumes if not mount.read_only)
        claims = (self.behind(service, mount) for mount in mounts)
        return any(claim.access_mode != READ_WRITE_MANY for claim in claims if claim is not None)

    def _host(self, service: str) -> str:
        return self._users[service].host or service

    def _key(self, service: Service, mount: Mount) -> ClaimKey | None:
        if mount.type == "volume" and lives_with_pod(service):
            return None
        if mount.type == "volume" and mount.source:
            volume = self._project.volumes.get(mount.source)
            is_claim = volume is None or export(volume.driver_opts) is None
            return ClaimKey("volume", mount.source) if is_claim else None
        if mount.type == "volume" and self._keeps_anonymous(service, mount.target or ""):
            return ClaimKey("anonymous", f"{self._users[service.name].owner or service.name}:{mount.target}")
        path = project_path(mount.source or "") if mount.type == "bind" else None
        if mount.type == "bind" and settings_of(mount, MountSettings).as_volume:
            return ClaimKey("bind", posixpath.normpath(mount.source or "") if path is None else path)
        return ClaimKey("bind", path) if path is not None and not self._files(path) else None

    def _keeps_anonymous(self, service: Service, target: str) -> bool:
        """A mask over a part of a bind mount (`node_modules`) holds nothing that is worth keeping."""
        binds = [mount.target for mount in service.volumes if mount.type == "bind" and mount.target]
        return self._users[service.name].lasting and not any(target.startswith(f"{b.rstrip('/')}/") for b in binds)

    def _claim(self, key: ClaimKey, labels: Mapping[str, str], services: Iterable[str]) -> Claim:
        users = list({self._host(service): self._users[service] for service in sorted(services)}.values())
        own = self.extended.settings.get(key.name) if key.sort == "volume" else None
        scope = self._scope._replace(storage=self.storage(key.name)) if own else self._scope
        mode, colocated = access(users, scope)
        retained = own.reclaim == "Retain" if own and own.reclaim else self._scope.retain_volumes
        if key.sort == "anonymous":
            label = object_name(users[0].label, path_label(key.name.partition(":")[2]))
            return Claim(key.name, label, self._name(label), mode, colocated, retained=False, declared=False)
        if key.sort == "bind":
            label = path_label(key.name)
            path = key.name if key.name.startswith("/") else f"./{key.name}"
            return Claim(path, label, self._name(label), mode, colocated, retained=retained, declared=False)
        label = labels[key.name]
        volume = self._project.volumes.get(key.name)
        root = own.sub_path if own else None
        if volume is None or (not volume.external and volume.name in {None, f"{self._project.name}_{key.name}"}):
            return Claim(key.name, label, self._name(label), mode, colocated, retained=retained, root=root)
        name = volume.name or key.name
        if volume.external:
            return Claim(key.name, label, name, mode, external=True, root=root)
        return Claim(key.name, label, dns_label(name), mode, colocated, retained=retained, root=root)

    def _name(self, label: str) -> str:
        return object_name(self._scope.stack, label)


def access(users: Iterable[User], scope: Scope) -> tuple[str, bool]:
    """Return the access mode of a claim and whether the pods of its users have to share a node.

    ReadWriteMany where the stack says so or the class is known to offer it, also for a single pod: the mode of a claim
    can never change. Else ReadWriteOnce, and several pods run on one node, as with Docker; that works with every class.
    """
    pods = [user.pods for user in users]
    shareable = (scope.storage.class_name or "") in scope.policy.rwx_storage_classes
    mode = scope.storage.access_mode or (READ_WRITE_MANY if shareable else READ_WRITE_ONCE)
    several = len(pods) > 1 or any(count is None or count > 1 for count in pods)
    return mode, several and mode != READ_WRITE_MANY


def _groups(claims: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """Return the group of each service: those that share a claim, directly or through others. Called after a claim."""
    members: dict[str, set[str]] = {}
    for label, services in sorted((label, sorted(services)) for label, services in claims):
        joined = {name for name, others in members.items() if others & set(services)}
        union = set(services).union(*(members.pop(name) for name in joined))
        members[min({label, *joined})] = union
    return {service: name for name, services in members.items() for service in services}
