"""What kompose 1.38 makes of each attribute, beside what is made of it here.

Only what is not dropped is listed; a line holds for what is below it, too. Facts are from its source code.
"""

from __future__ import annotations

from collections.abc import Mapping

from composestack.translate.unsupported import FRONT_END

DROPPED = "dropped silently"
APPLIED = "applied"
RESOLVED = "resolved"
WARNS = "dropped with a warning"
REJECTED = "rejected"

_KOMPOSE: Mapping[str, str] = {
    "configs.*.content": "partly: one target for all services",
    "configs.*.environment": WARNS,
    "configs.*.external": "dropped with a warning; the mount is missing",
    "configs.*.file": "applied; mutable, named without the project",
    "name": "partly: objects of two projects overwrite each other",
    "networks.*.external": "taken for one of its own",
    "networks.*.name": "only with --generate-network-policies",
    "secrets.*.environment": "dropped with a warning; the mount stays",
    "secrets.*.external": "dropped with a warning; the mount stays, under another name",
    "secrets.*.file": "applied; mutable, named without the project",
    "services.*": "partly: its name is changed, the old one is lost",
    "services.*.build": "only with --build local",
    "services.*.cap_add": "applied as it is written",
    "services.*.cap_drop": "applied as it is written",
    "services.*.command": "partly: `$` is rewritten, an empty one lost",
    "services.*.configs[].mode": APPLIED,
    "services.*.configs[].source": APPLIED,
    "services.*.configs[].target": "partly: not for global services, bare pods and CronJobs",
    "services.*.container_name": "partly: not as a host name",
    "services.*.deploy.endpoint_mode": "vip opens a node port, dnsrr is dropped",
    "services.*.deploy.labels": "applied as labels, without a check",
    "services.*.deploy.mode": "partly: configs are lost; jobs become Deployments",
    "services.*.deploy.placement.constraints": "partly: only `==` with blanks",
    "services.*.deploy.placement.preferences[].spread": APPLIED,
    "services.*.deploy.replicas": "applied; 0 becomes 1",
    "services.*.deploy.resources.limits.cpus": "applied; 0.29 becomes 289m",
    "services.*.deploy.resources.limits.memory": APPLIED,
    "services.*.deploy.resources.reservations.cpus": "applied; 0.29 becomes 289m",
    "services.*.deploy.resources.reservations.memory": APPLIED,
    "services.*.deploy.restart_policy.condition": "partly: none makes a manifest that is rejected",
    "services.*.deploy.update_config.order": APPLIED,
    "services.*.deploy.update_config.parallelism": "only together with order",
    "services.*.domainname": "as a subdomain, which means something else",
    "services.*.entrypoint": "partly: `$` is rewritten, an empty one lost",
    "services.*.env_file": "applied; as plain text, and before environment",
    "services.*.environment": "partly: env_file goes before it",
    "services.*.expose": "partly: a range makes a port 0",
    "services.*.group_add": "applied; a name ends the conversion",
    "services.*.healthcheck.disable": APPLIED,
    "services.*.healthcheck.interval": "applied; its default is lost",
    "services.*.healthcheck.retries": APPLIED,
    "services.*.healthcheck.start_period": "as a delay without any check",
    "services.*.healthcheck.test": "as liveness, without the shell of CMD-SHELL",
    "services.*.healthcheck.timeout": "applied; its default is lost",
    "services.*.hostname": "applied without a check",
    "services.*.image": "applied; without one, the name of the service",
    "services.*.labels": "as annotations of every object",
    "services.*.mem_limit": APPLIED,
    "services.*.network_mode": "host and none dropped silently; service: without its volumes",
    "services.*.networks": "only with --generate-network-policies",
    "services.*.ports[].host_ip": "dropped silently, but with a label",
    "services.*.ports[].protocol": APPLIED,
    "services.*.ports[].published": "in place of the target; a range is lost",
    "services.*.ports[].target": APPLIED,
    "services.*.pre_start[]": REJECTED,
    "services.*.privileged": "applied; nobody is asked",
    "services.*.provider": "a Deployment with the service's name as image",
    "services.*.read_only": APPLIED,
    "services.*.restart": "partly: `no` makes a bare pod, on-failure:3 is rejected",
    "services.*.secrets[].gid": WARNS,
    "services.*.secrets[].mode": APPLIED,
    "services.*.secrets[].source": APPLIED,
    "services.*.secrets[].target": "partly: the short form is mounted over /run/secrets",
    "services.*.secrets[].uid": WARNS,
    "services.*.stdin_open": APPLIED,
    "services.*.stop_grace_period": "applied; its default is lost",
    "services.*.tmpfs": "partly: size and mode are dropped silently",
    "services.*.tty": APPLIED,
    "services.*.user": "partly: a name is dropped with a warning",
    "services.*.volumes[].bind.selinux": WARNS,
    "services.*.volumes[].read_only": "applied; it can make the claim read-only",
    "services.*.volumes[].source": "partly: sub-directories are left out",
    "services.*.volumes[].target": APPLIED,
    "services.*.volumes[].type": "partly: tmpfs becomes a claim of 100Mi, an image fails",
    "services.*.working_dir": APPLIED,
    "volumes.*.external": "a new, empty claim",
}
_UNKNOWN = ("jobs", "services.*.umask", "services.*.networks.*.use_service_name_alias")
"""Newer than what kompose reads."""


def by_kompose(path: str) -> str:
    """Return in a few words what kompose does with an attribute; empty for those that only ComposeStack has."""
    if "x-" in path:
        return ""
    above = [path[:end] for end in range(len(path), 0, -1) if end == len(path) or path[end] in ".["]
    if path in FRONT_END and path not in _KOMPOSE:
        return RESOLVED
    if any(each in _UNKNOWN for each in above):
        return REJECTED
    found = next((each for each in above if each in _KOMPOSE), "")
    return DROPPED if found in {"", *_CONTAINERS} and found != path else _KOMPOSE[found]


_CONTAINERS = {"services.*", "services.*.networks"}
"""What is said of these is not said of all below them."""
