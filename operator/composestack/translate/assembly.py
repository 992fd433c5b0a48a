"""From the shares of services to those of their pods: one container each, around what the pod has only once.

Most pods have one service. In a shared one, what only the pod can have must be the same for all, else it is refused:
there is no winner.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Service
from composestack.compose.problems import Notice
from composestack.translate.catalog import Catalog
from composestack.translate.contribution import LIST_KEYS, Clash, Contribution, merge_all
from composestack.translate.names import object_name
from composestack.translate.planned import Need
from composestack.translate.pods import Pod
from composestack.translate.refusal import Refusal
from composestack.translate.stack import SERVERS, Stack

FOR_EVER = 2_147_483_647
"""A startup probe kills the container when it gives up; Docker never does."""
OWN = ("emptyDir", "ephemeral")
"""Volumes that belong to one container in Docker; all others are the same for whoever mounts them."""
GRACE = "terminationGracePeriodSeconds"
OF_THE_POD = {"restartPolicy", GRACE}
UNITED = {"imagePullSecrets", "supplementalGroups"}
"""Lists of which a pod has those of all its services."""
Shares = Mapping[str, Contribution]


class Assembler(NamedTuple):
    """Puts the services of pods together. `services` are those of the project, `shares` what the concerns said."""

    services: Mapping[str, Service]
    shares: Shares
    stack: Stack
    catalog: Catalog

    def pod(self, pod: Pod) -> Contribution:
        """Return the share of a whole pod, with its containers in `pod` and what does not go together in `problems`."""
        host = self.shares[pod.host]
        spec, template = dict(host.pod or {}), dict(host.template or {})
        containers = {pod.host: dict(host.container or {})}
        problems, notices = [], []
        for name in pod.parts():
            if name == pod.host:
                continue
            share = _private(self._joining(name, pod), self._own_names(name, pod))
            containers[name] = dict(share.container or {})
            template, lost = _annotated(template, share.template or {})
            message = f"the pod has the value of {pod.host} for {', '.join(lost)}"
            notices += [Notice(f"services.{name}", NoticeCode.IGNORED, message)] if lost else []
            try:
                spec = _joined(spec, share.pod or {})
            except Clash as clash:
                problems.append(self._conflict(name, spec, clash, pod))
            problems += self._workload_problems(name, pod)
        containers, twice = _ports(pod, containers)
        problems += twice
        return Contribution(
            pod={**spec, **_containers(pod, containers)},
            template=template,
            workload=self._workload(pod),
            needs=self._needs(pod),
            notices=notices,
            problems=problems,
            rollback=host.rollback,
        )

    def _joining(self, name: str, pod: Pod) -> Contribution:
        """The share of a guest. A step does not decide what becomes of the pod when it ends, and of its volumes."""
        share = self.shares[name]
        if name in pod.services or not share.pod:
            return share
        spec = {key: value for key, value in share.pod.items() if key not in OF_THE_POD}
        context = {
            key: value for key, value in spec.pop("securityContext", {}).items() if not key.startswith("fsGroup")
        }
        return share._replace(pod={**spec, "securityContext": context} if context else spec)

    def _own_names(self, name: str, pod: Pod) -> dict[str, str]:
        """Rename the volumes that belong to one container, so that no other one of the pod has them, too.

        A step has the anonymous volumes of its service.
        """
        owner = pod.owner(name)
        names = {}
        for volume in (self.shares[name].pod or {}).get("volumes", ()):
            whose = owner if volume["name"].startswith("anonymous-") else name
            if any(key in volume for key in OWN) and whose != pod.host:
                names[volume["name"]] = object_name(self.stack.labels[whose], volume["name"])
        return names

    def _needs(self, pod: Pod) -> list[Need]:
        """The pod waits for what any of its services waits for; what they need of each other is in their order."""
        inside = {*pod.parts()}
        needs = {need for name in pod.parts() for need in self.shares[name].needs if need.service not in inside}
        return sorted(needs, key=lambda need: (need.service, need.condition))

    def _workload(self, pod: Pod) -> Mapping[str, Any]:
        metadata: dict[str, Any] = {}
        for name in pod.parts():
            metadata = _annotated(metadata, (self.shares[name].workload or {}).get("metadata", {}))[0]
        spec = (self.shares[pod.host].workload or {}).get("spec", {})
        return {"metadata": metadata, "spec": spec} if metadata else {"spec": spec}

    def _conflict(self, name: str, spec: Mapping[str, Any], clash: Clash, pod: Pod) -> Refusal:
        """Find the attribute that said what the pod has otherwise already."""
        for translator in self.catalog.section("services"):
            part = translator(self.services[name], self.stack).pod
            try:
                _joined(spec, part or {})
            except Clash:
                written = self.services[name].model_fields_set
                attributes = [path.split(".", 2)[2] for path in translator.paths if path.count(".") > 1]
                said = [each for each in attributes if each.partition(".")[0].partition("[")[0] in written]
                path = ".".join(["services", name, *(said or attributes)[:1]])
                return Refusal(path, f"shares the pod of {pod.host}: {clash}", "write the same for both")
        return Refusal(f"services.{name}", f"shares the pod of {pod.host}: {clash}", "write the same for both")

    def _workload_problems(self, name: str, pod: Pod) -> Iterator[Refusal]:
        """What a workload has only once has to be said by the host."""
        if name not in pod.services:
            return
        guest, host, path = self.services[name], self.services[pod.host], f"services.{name}"
        whose = f"shares the pod of {pod.host}"
        kind, own = self.stack.kinds[name], self.stack.own_kind(name)
        if own != kind and (kind not in SERVERS or own == "DaemonSet"):
            message = f"{whose}, which is a {kind}; this one would be a {own}"
            yield Refusal(path, message, "write the same restart and deploy.mode for both")
        elif self.stack.pods(name) != self.stack.pods(pod.host):
            yield Refusal(f"{path}.deploy.replicas", f"{whose}, which has another number of replicas", "write the same")
        update = guest.deploy.update_config if guest.deploy else None
        if update is not None and update != (host.deploy.update_config if host.deploy else None):
            message = f"{whose}, which is updated otherwise"
            yield Refusal(f"{path}.deploy.update_config", message, f"write it under services.{pod.host}")
        wanted = self.stack.settings[name].workload
        if wanted is not None and wanted != kind and kind in SERVERS:
            message = f"{whose}, which is a {kind}"
            yield Refusal(f"{path}.x-kubernetes.workload", message, f"write it under services.{pod.host}")
        if guest.networks and set(guest.networks) != set(host.networks):
            message = f"{whose}, which is on other networks"
            yield Refusal(f"{path}.networks", message, "write the same networks for both")


def _private(share: Contribution, names: Mapping[str, str]) -> Contribution:
    """Return a share whose volumes have other names."""
    if not names or share.pod is None or share.container is None:
        return share
    mounts: Sequence[Mapping[str, Any]] = share.container.get("volumeMounts", ())
    return share._replace(
        container={**share.container, "volumeMounts": [_renamed(each, names) for each in mounts]},
        pod={**share.pod, "volumes": [_renamed(each, names) for each in share.pod["volumes"]]},
    )


def _renamed(entry: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {**entry, "name": names.get(entry["name"], entry["name"])}


def _joined(spec: Mapping[str, Any], guest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the spec of a pod with that of another service in it. Raises Clash.

    It ends when the most patient service has; it has the secrets and groups of all.
    """
    one, other = _without_united(spec), _without_united(guest)
    whole = merge_all((one, other), LIST_KEYS)
    periods = [each[GRACE] for each in (spec, guest) if GRACE in each]
    if periods:
        whole[GRACE] = max(periods)
    secrets = [*spec.get("imagePullSecrets", ()), *guest.get("imagePullSecrets", ())]
    if secrets:
        whole["imagePullSecrets"] = list({each["name"]: each for each in secrets}.values())
    groups = {
        group for each in (spec, guest) for group in each.get("securityContext", {}).get("supplementalGroups", ())
    }
    if groups:
        whole.setdefault("securityContext", {})["supplementalGroups"] = sorted(groups)
    return whole


def _without_united(spec: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in spec.items() if key not in {*UNITED, GRACE}}
    if "securityContext" in kept:
        kept["securityContext"] = {key: each for key, each in kept["securityContext"].items() if key not in UNITED}
    return kept


def _annotated(metadata: Mapping[str, Any], guest: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return metadata with those of a guest, and the keys for which the pod has another value already."""
    whole, lost = {key: dict(values) for key, values in metadata.items()}, []
    for key, values in guest.items():
        for name, value in values.items():
            if whole.setdefault(key, {}).setdefault(name, value) != value:
                lost.append(name)
    return whole, sorted(lost)


def _containers(pod: Pod, containers: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """What runs first is an init container, and one that goes on running is a sidecar."""
    first, rest = [], []
    for name in pod.parts():
        container = containers[name]
        if name in pod.sidecars:
            first.append(_sidecar(container, gate=name in pod.healthy))
        elif name in pod.services:
            rest.append(container)
        else:
            first.append(container)
    return {"containers": rest, **({"initContainers": first} if first else {})}


def _sidecar(container: Mapping[str, Any], *, gate: bool) -> dict[str, Any]:
    """`gate`: the next container starts when this one is healthy, and not as soon as it runs."""
    probe = container.get("readinessProbe") if gate and "startupProbe" not in container else None
    once = {key: value for key, value in (probe or {}).items() if key != "successThreshold"}
    started = {"startupProbe": {**once, "failureThreshold": FOR_EVER}} if probe else {}
    return {**container, **started, "restartPolicy": "Always"}


def _ports(pod: Pod, containers: Mapping[str, dict[str, Any]]) -> tuple[dict[str, dict[str, Any]], list[Refusal]]:
    """One port is one program's. What a sidecar declares it may declare for those that join it, as Docker wants it."""
    taken: dict[tuple[int, str], str] = {}
    problems = []
    changed = dict(containers)
    for name in pod.services if pod.shared else ():
        ports = {(port["containerPort"], port["protocol"]): port for port in containers[name].get("ports", ())}
        twice = [key for key in ports if key in taken]
        problems += [
            Refusal(
                f"services.{name}",
                f"listens at {number}/{protocol}, as {taken[number, protocol]} does, which runs in the same pod",
                "let it listen at another port",
            )
            for number, protocol in twice
            if taken[number, protocol] not in pod.sidecars
        ]
        taken = {**dict.fromkeys(ports, name), **taken}
        own = [port for key, port in ports.items() if key not in twice]
        rest = {key: value for key, value in containers[name].items() if key != "ports"}
        changed[name] = {**rest, "ports": own} if own else rest
    return changed, problems
