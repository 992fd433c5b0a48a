"""What is not translated, and what becomes of it.

The other half of the catalog: every attribute of Compose is in one of the two.

A row holds for its path and everything below it. What is empty passes in silence, and so do the `harmless` values of a
row: false and zero, unless the row names others.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """What becomes of an attribute that is not translated."""

    IGNORED = "ignored"
    """There is no counterpart; the application runs without it. A notice says so."""
    REFUSED = "refused"
    """Ignoring it would change what the application means, or what it may do."""


_OFF: tuple[object, ...] = (False, 0)


class Unsupported(NamedTuple):
    """One row: `sentence` says why, to the author of the document; a refusal also says what to do (`remedy`)."""

    level: Level
    sentence: str
    remedy: str = ""
    harmless: tuple[object, ...] = _OFF


def _ignored(sentence: str, *harmless: object) -> Unsupported:
    return Unsupported(Level.IGNORED, sentence, harmless=harmless or _OFF)


def _refused(sentence: str, remedy: str, *harmless: object) -> Unsupported:
    return Unsupported(Level.REFUSED, sentence, remedy, harmless or _OFF)


_LEAVE = "leave it out"
_SWARM = "a plugin of Docker Swarm cannot run in a cluster"
_ADDRESS = "pods get their addresses from the cluster"
_OF_ENDPOINT = "the endpoint that serves models has settings of its own"
_TEMPLATE = "the template would be delivered unrendered"

UNSUPPORTED: Mapping[str, Unsupported] = {
    "configs.*.template_driver": _refused(_TEMPLATE, "write the content without a template"),
    "models.*.context_size": _ignored(_OF_ENDPOINT),
    "models.*.name": _ignored("the endpoint that serves models knows them by what is written as model"),
    "models.*.runtime_flags": _ignored(_OF_ENDPOINT),
    "networks.*.attachable": _ignored("there are no containers beside the stack that could be attached"),
    "networks.*.driver": _refused(
        "there is no such network driver in a cluster", _LEAVE, "bridge", "overlay", "default"
    ),
    "networks.*.enable_ipv4": _ignored(_ADDRESS, True),
    "networks.*.enable_ipv6": _ignored(_ADDRESS),
    "networks.*.ipam": _ignored(_ADDRESS),
    "secrets.*.driver": _refused(_SWARM, "create the Secret by other means and write external: true"),
    "secrets.*.driver_opts": _refused(_SWARM, "create the Secret by other means and write external: true"),
    "secrets.*.template_driver": _refused(_TEMPLATE, "write the content without a template"),
    "services.*.attach": _ignored("it only tells the command line of Docker Compose which logs to show", True),
    "services.*.blkio_config": _ignored("Kubernetes has no control of block I/O"),
    "services.*.build": _ignored("images are not built here; the image is pulled"),
    "services.*.cgroup": _refused("a pod cannot use the cgroup of its node", _LEAVE, "private"),
    "services.*.cgroup_parent": _ignored("the kubelet owns the tree of cgroups"),
    "services.*.cpu_count": _ignored("it is for containers of Windows only; use cpus"),
    "services.*.cpu_percent": _ignored("it is for containers of Windows only; use cpus"),
    "services.*.cpu_rt_period": _ignored("Kubernetes has no real-time scheduling"),
    "services.*.cpu_rt_runtime": _ignored("Kubernetes has no real-time scheduling"),
    "services.*.cpuset": _ignored(
        "pinning to processors is the static CPU manager's business, which each node configures"
    ),
    "services.*.credential_spec": _refused("it is for containers of Windows only", _LEAVE),
    "services.*.deploy.resources.limits.pids": _ignored(
        "the number of processes is limited by the kubelet, for all pods of a node"
    ),
    "services.*.deploy.resources.reservations.generic_resources": _refused(
        "they are resources of Docker Swarm", _LEAVE
    ),
    "services.*.deploy.restart_policy.delay": _ignored(
        "the kubelet waits 10 seconds, then twice as long each time, up to 5 minutes"
    ),
    "services.*.deploy.restart_policy.window": _ignored("Kubernetes has no window in which a restart is judged"),
    "services.*.deploy.rollback_config.max_failure_ratio": _ignored(
        "a rollback goes on until the pods of the earlier version are ready"
    ),
    "services.*.deploy.update_config.max_failure_ratio": _ignored(
        "a rollout stops at the first pod that does not become ready"
    ),
    "services.*.develop": _ignored("it is for development on a workstation"),
    "services.*.device_cgroup_rules": _refused("Kubernetes has no rules for devices", _LEAVE),
    "services.*.logging": _ignored("the output of containers goes where the cluster collects it; see kubectl logs"),
    "services.*.mac_address": _ignored("the network of the cluster chooses it"),
    "services.*.mem_swappiness": _ignored("swap is a setting of the node"),
    "services.*.memswap_limit": _ignored("swap is a setting of the node"),
    "services.*.networks.*.driver_opts": _ignored("there is no such network driver in a cluster"),
    "services.*.networks.*.gw_priority": _ignored("a pod has one network interface"),
    "services.*.networks.*.interface_name": _ignored("a pod has one network interface, eth0", "eth0"),
    "services.*.networks.*.link_local_ips": _ignored(_ADDRESS),
    "services.*.networks.*.mac_address": _ignored("the network of the cluster chooses it"),
    "services.*.networks.*.priority": _ignored("a pod has one network interface"),
    "services.*.networks.*.use_service_name_alias": _ignored("the name of a service is always resolvable", True),
    "services.*.oom_kill_disable": _ignored("cgroup v2 has no such switch"),
    "services.*.oom_score_adj": _ignored("the kubelet derives it from requests and limits"),
    "services.*.pids_limit": _ignored(
        "the number of processes is limited by the kubelet, for all pods of a node", -1, 0
    ),
    "services.*.provider": _refused(
        "a provider is a program on the machine of Docker Compose", "leave the service out with spec.exclude"
    ),
    "services.*.pull_refresh_after": _ignored("an image is pulled when a pod starts, not by the clock"),
    "services.*.ulimits": _ignored(
        "Kubernetes has no such limits; the container has those of the node's container runtime"
    ),
    "services.*.umask": _ignored(
        "Kubernetes has no umask, so the program starts with 0022; set it in the command: sh -c 'umask 0002 && exec …'",
        0o022,
    ),
    "services.*.use_api_socket": _refused("there is no Docker engine", _LEAVE),
    "services.*.userns_mode": _refused("the user namespace of the node is not a stack's to use", _LEAVE),
    "services.*.uts": _refused("the host name of the node is not a stack's to use", _LEAVE, "private"),
    "services.*.volumes[].bind.selinux": _ignored("Kubernetes labels volumes by itself"),
    "services.*.volumes[].consistency": _ignored("it tunes Docker Desktop"),
    "volumes.*.driver": _refused("there is no such volume driver in a cluster", "leave it out", "local", "default"),
}

FRONT_END: frozenset[str] = frozenset(
    {
        "configs.*.external.name",
        "include",
        "jobs.*.profiles",
        "name",
        "networks.*.external.name",
        "secrets.*.external.name",
        "services.*.env_file",
        "services.*.extends",
        "services.*.label_file",
        "services.*.profiles",
        "version",
        "volumes.*.external.name",
    }
)
"""What loading resolves: nothing of it is left in the project, or only to be printed."""
