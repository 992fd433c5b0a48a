"""The second wall: what finished manifests may do, whoever wrote them.

Translators refuse what the admin does not allow, attribute by attribute. This looks at the outcome alone: the Pod
Security Standard "baseline", what else the policy guards, and nothing that nobody thought of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from composestack.kinds import KINDS, Ref
from composestack.translate.labels import MULTUS
from composestack.translate.planned import Manifest
from composestack.translate.policy import Policy
from composestack.translate.registries import in_full, is_from

DEFAULT_CAPABILITIES = frozenset(
    {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    }
)
"""What Docker and the runtimes of Kubernetes grant unasked and baseline lets a pod ask for (Pod Security Standards,
"Capabilities").
"""
SAFE_SYSCTLS = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_syncookies",
    }
)
"""Pod Security Standards, "Sysctls"."""
SELINUX_TYPES = frozenset({"", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"})
"""Pod Security Standards, "SELinux"."""
PLAIN_VOLUMES = frozenset(
    {"configMap", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
)
"""Volumes that reach nothing but the namespace of the stack."""
ROUTES = "gateway.networking.k8s.io"
"""The group of the routes of the Gateway API."""
DEFAULT_SCHEDULER = "default-scheduler"
_NAMED = {
    "serviceAccountName": "service_accounts",
    "runtimeClassName": "runtimes",
    "priorityClassName": "priority_classes",
    "schedulerName": "schedulers",
}
"""Fields of a pod that name something, by the key of the policy that lists what may be named."""
EVERY = "*"
NO_ACCOUNT = "only pods with a service account of their own get a token for the Kubernetes API"
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"


class Violation(NamedTuple):
    """One thing that an object must not have: where, what, and the key of the policy (with the entry) that would allow
    it; no key if none would.
    """

    ref: Ref
    field: str
    message: str
    key: str = ""
    entry: str = ""


Found = Iterator[tuple[str, ...]]
"""Field, message and perhaps key and entry of violations of one object."""


def template_of(workload: Manifest) -> Manifest:
    """Return the template of the pods of a workload, also of one that a patch has spoilt; empty if it is none."""
    spec = _map(workload, "spec")
    return _map(_map(_map(spec, "jobTemplate"), "spec") or spec, "template")


def violations(manifests: Iterable[Manifest], policy: Policy) -> list[Violation]:
    """Return what manifests have that the policy does not allow."""
    found: list[Violation] = []
    for manifest in manifests:
        if pods := template_of(manifest):
            broken = [*_pod(_map(pods, "spec"), policy), *_annotations(pods, policy)]
        elif manifest["kind"] == "Service":
            broken = [*_service(_map(manifest, "spec"), policy)]
        elif manifest["kind"] == "Ingress":
            broken = [*_ingress(_map(manifest, "spec"), policy)]
        elif KINDS[manifest["kind"]].group == ROUTES:
            broken = [*_route(_map(manifest, "spec"), policy)]
        else:
            continue
        found += [Violation(Ref(manifest["kind"], manifest["metadata"]["name"]), *each) for each in broken]
    return found


def _pod(pod: Mapping[str, Any], policy: Policy) -> Found:
    """A pod: the namespaces of its node, what its containers may do, and what they mount."""
    for name, key in (("hostNetwork", "host_network"), ("hostPID", "host_pid"), ("hostIPC", "host_ipc")):
        if pod.get(name) and not getattr(policy, key):
            yield name, "the namespaces of the node are not a stack's to use", key
    yield from _standing(pod, policy)
    security = _map(pod, "securityContext")
    yield from _confinement(security, "securityContext")
    for name in (str(entry.get("name")) for entry in _items(security, "sysctls")):
        if name not in SAFE_SYSCTLS and name not in policy.sysctls:
            yield "securityContext.sysctls", f"{name} is beyond the safe set", "sysctls", name
    for kind in ("initContainers", "containers", "ephemeralContainers"):
        for container in _items(pod, kind):
            yield from _container(container, f"{kind}[{container.get('name', '')}]", policy)
    for volume in _items(pod, "volumes"):
        yield from _volume(volume, f"volumes[{volume.get('name', '')}]", policy)
        sources = _items(_map(volume, "projected"), "sources")
        if "serviceAccountName" not in pod and any("serviceAccountToken" in source for source in sources):
            yield f"volumes[{volume.get('name', '')}]", NO_ACCOUNT


def _standing(pod: Mapping[str, Any], policy: Policy) -> Found:
    """By whose rights a pod runs, and what the scheduler makes of it."""
    for field in pod.keys() & _NAMED.keys():
        key, name = _NAMED[field], pod[field]
        names = getattr(policy, key)
        allowed = names.values() if isinstance(names, Mapping) else names
        if name not in allowed and (field, name) != ("schedulerName", DEFAULT_SCHEDULER):
            yield field, f"the policy of this cluster does not name {name}", key, str(name)
    if pod.get("automountServiceAccountToken") and "serviceAccountName" not in pod:
        yield "automountServiceAccountToken", NO_ACCOUNT
    for toleration in _items(pod, "tolerations"):
        taint = str(toleration.get("key", EVERY))
        if EVERY not in policy.taints and taint not in policy.taints:
            yield "tolerations", "nodes with this taint are there for others", "taints", taint


def _container(container: Mapping[str, Any], place: str, policy: Policy) -> Found:
    if not is_from(str(container.get("image", "")), policy.registries):
        message = f"{container['image']} is from a registry that the policy does not list"
        yield f"{place}.image", message, "registries", in_full(str(container["image"]))
    security = _map(container, "securityContext")
    if security:
        where = f"{place}.securityContext"
        if security.get("privileged") and not policy.privileged:
            yield f"{where}.privileged", "a privileged container owns its node", "privileged"
        for name in map(str, _list(_map(security, "capabilities"), "add")):
            if name not in DEFAULT_CAPABILITIES and {name, f"CAP_{name}"}.isdisjoint(policy.capabilities):
                yield f"{where}.capabilities", f"{name} is beyond what a container gets", "capabilities", name
        yield from _confinement(security, where)
    amounts = _map(container, "resources")
    for name in sorted({*_map(amounts, "limits"), *_map(amounts, "requests")}):
        if not policy.offers(name):
            yield (
                f"{place}.resources",
                f"stacks are not offered {name}",
                "device_resources",
                "a device with this resource",
            )
    for port in _items(container, "ports"):
        if port.get("hostPort") and not policy.host_ports:
            yield f"{place}.ports", f"{port['hostPort']} is a port of the node", "host_ports"


def _confinement(security: Mapping[str, Any], place: str) -> Found:
    """What keeps a container apart from its node, beside its capabilities. No policy allows less of it."""
    for name in ("seccompProfile", "appArmorProfile"):
        if _map(security, name).get("type") == "Unconfined":
            yield f"{place}.{name}", "a container of a stack is confined"
    if security.get("procMount", "Default") != "Default":
        yield f"{place}.procMount", "a container of a stack sees /proc as usual"
    linux = _map(security, "seLinuxOptions")
    if str(linux.get("type", "")) not in SELINUX_TYPES or linux.get("user") or linux.get("role"):
        yield f"{place}.seLinuxOptions", "these options of SELinux confine less"
    if _map(security, "windowsOptions").get("hostProcess"):
        yield f"{place}.windowsOptions", "a process of the host is not a stack's to start"


def _volume(volume: Mapping[str, Any], place: str, policy: Policy) -> Found:
    for kind in volume.keys() - PLAIN_VOLUMES - {"name"}:
        if kind == "hostPath":
            path = str(_map(volume, kind).get("path"))
            if not is_below(path, policy.host_paths):
                yield place, f"{path} is a path of the node", "host_paths", path
        elif kind == "image":
            reference = str(_map(volume, kind).get("reference"))
            if not is_from(reference, policy.registries):
                yield place, f"{reference} is from a registry of others", "registries", in_full(reference)
        elif kind == "nfs":
            server = str(_map(volume, kind).get("server"))
            if server not in policy.nfs_servers:
                yield place, f"{server} is no NFS server of this cluster's", "nfs_servers", server
        else:
            yield place, f"a volume of the kind {kind} is not a stack's to mount"


def is_below(path: str, prefixes: Iterable[str]) -> bool:
    """Tell whether a normalised path is one of the directories, or below one."""
    return ".." not in path.split("/") and any(
        path == prefix or path.startswith(f"{prefix.rstrip('/')}/") for prefix in prefixes
    )


def _annotations(template: Mapping[str, Any], policy: Policy) -> Found:
    """AppArmor was an annotation before Kubernetes 1.30; Multus reads which further networks a pod wants."""
    for key, value in _map(_map(template, "metadata"), "annotations").items():
        for network in str(value).split(",") if key == MULTUS else ():
            if network not in policy.network_attachments:
                yield f"annotations.{key}", f"{network} is no network of stacks", "network_attachments", network
        if key.startswith(_APPARMOR) and value != "runtime/default":
            yield f"annotations.{key}", "a container of a stack is confined"


def _service(spec: Mapping[str, Any], policy: Policy) -> Found:
    kind = spec.get("type", "ClusterIP")
    if kind in {"NodePort", "LoadBalancer"} and kind not in policy.publish_types:
        yield "spec.type", f"the policy of this cluster opens nothing to the outside by {kind}", "publish_types", kind
    if kind == "ExternalName" or spec.get("externalIPs"):
        yield "spec", "a Service of a stack leads to the pods of that stack"


def _ingress(spec: Mapping[str, Any], policy: Policy) -> Found:
    if not policy.ingress_any_host and any(not rule.get("host") for rule in _items(spec, "rules")):
        yield "spec.rules", "every host name would lead to this service", "ingress_any_host"
    if "Ingress" not in policy.publish_types:
        message = "the policy of this cluster opens nothing to the outside by Ingress"
        yield "spec", message, "publish_types", "Ingress"


def _route(spec: Mapping[str, Any], policy: Policy) -> Found:
    for parent in _items(spec, "parentRefs"):
        name = "/".join(str(parent[part]) for part in ("namespace", "name") if parent.get(part))
        if name not in policy.gateway_parents or parent.get("kind", "Gateway") != "Gateway":
            yield "spec.parentRefs", f"{name} is no Gateway of stacks", "gateway_parents", name


def _map(holder: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A patch can write anything anywhere. What has the wrong type is harmless: the API server does not take it."""
    found = holder.get(name)
    return found if isinstance(found, dict) else {}


def _list(holder: Mapping[str, Any], name: str) -> list[Any]:
    found = holder.get(name)
    return found if isinstance(found, list) else []


def _items(holder: Mapping[str, Any], name: str) -> Iterator[dict[str, Any]]:
    return (item for item in _list(holder, name) if isinstance(item, dict))
