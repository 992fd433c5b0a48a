"""What a container may do.

The defaults of Docker and of the Pod Security Standard "baseline" need no permission; the rest is the admin's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Service
from composestack.compose.problems import Notice
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution, combine
from composestack.translate.extension.security import MAX_ID
from composestack.translate.pod_security import DEFAULT_CAPABILITIES, SAFE_SYSCTLS
from composestack.translate.policy import forbidden
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack

BEYOND = "is beyond what a container gets by default"
UNASKED = DEFAULT_CAPABILITIES | {"NET_RAW"}
UNSAFE = "is beyond the safe set of Kubernetes"
NO_CHANGE = {"apparmor=docker-default", "apparmor:docker-default", "seccomp=builtin", "seccomp:builtin"}
NO_NEW_PRIVILEGES = {"no-new-privileges", "no-new-privileges=true", "no-new-privileges:true"}
PRIVILEGES_AS_BEFORE = {"no-new-privileges=false", "no-new-privileges:false"}


@translates("services.*.privileged")
def privileged(service: Service, stack: Stack) -> Contribution:
    """All of the node's devices and capabilities."""
    if not service.privileged:
        return NOTHING
    if stack.scope.policy.privileged:
        return Contribution(container={"securityContext": {"privileged": True}})
    message = "a privileged container owns its node"
    return Contribution(problems=[forbidden(f"services.{service.name}.privileged", message, "privileged")])


@translates("services.*.cap_add", "services.*.cap_drop")
def capabilities(service: Service, stack: Stack) -> Contribution:
    """Adding what a container has unasked is only written if it would be dropped otherwise."""
    if not service.cap_add and not service.cap_drop:
        return NOTHING
    drop = _names(service.cap_drop)
    add = [name for name in _names(service.cap_add) if name not in UNASKED or "ALL" in drop or name in drop]
    allowed = DEFAULT_CAPABILITIES | {name.upper().removeprefix("CAP_") for name in stack.scope.policy.capabilities}
    problems = [
        forbidden(f"services.{service.name}.cap_add", f"{name} {BEYOND}", "capabilities", entry=name)
        for name in add
        if name not in allowed
    ]
    named = {key: names for key, names in (("add", add), ("drop", drop)) if names}
    return Contribution(container={"securityContext": {"capabilities": named}} if named else None, problems=problems)


@translates("services.*.security_opt")
def security_options(service: Service, stack: Stack) -> Contribution:
    """`no-new-privileges` has a counterpart; the defaults of Docker are those of the pod; the rest would weaken it."""
    if not service.security_opt:
        return NOTHING
    written = [option.replace(" ", "") for option in service.security_opt]
    unknown = [option for option in written if option not in NO_CHANGE | NO_NEW_PRIVILEGES | PRIVILEGES_AS_BEFORE]
    problems = [
        Refusal(f"services.{service.name}.security_opt", f"{option} is not translated", "leave it out")
        for option in unknown
    ]
    confined = any(option in NO_NEW_PRIVILEGES for option in written)
    container = {"securityContext": {"allowPrivilegeEscalation": False}} if confined else None
    return Contribution(container=container, problems=problems)


@translates("services.*.read_only")
def read_only(service: Service, stack: Stack) -> Contribution:
    """Mounts stay writable, as in Docker."""
    return (
        Contribution(container={"securityContext": {"readOnlyRootFilesystem": True}}) if service.read_only else NOTHING
    )


@translates(
    "services.*.user",
    *(
        f"services.*.x-kubernetes.securityContext.{name}"
        for name in (
            "fsGroup",
            "fsGroupChangePolicy",
            "runAsGroup",
            "runAsNonRoot",
            "runAsUser",
            "seLinuxOptions",
            "supplementalGroupsPolicy",
        )
    ),
    caveat="Users are numbers here (and `root`): only the image knows what a name stands for.",
)
def user(service: Service, stack: Stack) -> Contribution:
    """`uid`, `uid:gid` or root. The group also becomes that of fresh volumes, which belong to root otherwise."""
    own = stack.settings[service.name].security_context
    uid, _, gid = (service.user or "").partition(":")
    user = _number(uid) if own.run_as_user is None else own.run_as_user
    group = _number(gid) if own.run_as_group is None else own.run_as_group
    if (service.user and user is None) or (gid and group is None):
        message = f"only the image knows the number of {service.user}, and falling back could mean root"
        remedy = "write it as uid:gid in numbers, or write x-kubernetes.securityContext"
        return Contribution(problems=[Refusal(f"services.{service.name}.user", message, remedy)])
    owner = group if own.fs_group is None else own.fs_group
    container = {
        "runAsGroup": group,
        "runAsNonRoot": (True if user else None) if own.run_as_non_root is None else own.run_as_non_root,
        "runAsUser": user,
        "seLinuxOptions": own.se_linux_options and own.se_linux_options.manifest(),
    }
    pod = {
        "fsGroup": owner,
        "fsGroupChangePolicy": own.fs_group_change_policy or (None if owner is None else "OnRootMismatch"),
        "supplementalGroupsPolicy": own.supplemental_groups_policy,
    }
    return Contribution(container=_security_context(container), pod=_security_context(pod))


def _security_context(fields: Mapping[str, Any]) -> dict[str, Any] | None:
    said = {name: value for name, value in fields.items() if value is not None}
    return {"securityContext": said} if said else None


@translates("services.*.group_add")
def groups(service: Service, stack: Stack) -> Contribution:
    """Additional groups, by number."""
    if not service.group_add:
        return NOTHING
    problems = [
        Refusal(f"services.{service.name}.group_add", f"only the image knows the number of {name}", "write the number")
        for name in service.group_add
        if _number(name) is None
    ]
    numbers = sorted({number for number in map(_number, service.group_add) if number is not None})
    return Contribution(pod={"securityContext": {"supplementalGroups": numbers}}, problems=problems)


@translates("services.*.sysctls", caveat="They hold for the pod.")
def sysctls(service: Service, stack: Stack) -> Contribution:
    """Kernel parameters that belong to a pod and not to its node."""
    if not service.sysctls:
        return NOTHING
    allowed = SAFE_SYSCTLS | set(stack.scope.policy.sysctls)
    problems = [
        forbidden(f"services.{service.name}.sysctls.{name}", f"{name} {UNSAFE}", "sysctls", entry=name)
        for name in service.sysctls
        if name not in allowed
    ]
    values = [{"name": name, "value": value} for name, value in sorted(service.sysctls.items())]
    return Contribution(pod={"securityContext": {"sysctls": values}}, problems=problems)


@translates("services.*.pid", "services.*.ipc", caveat="`service:` puts the services into one pod, with one network.")
def namespaces(service: Service, stack: Stack) -> Contribution:
    """A pod has its own; those of the node are the admin's to allow. Who joins another service is in its pod."""
    if not service.pid and not service.ipc:
        return NOTHING
    shares = []
    policy = stack.scope.policy
    if service.pid and stack.joined(service.name, "pid"):
        shares.append(_joined("pid", service.name, stack, {"shareProcessNamespace": True}))
    elif service.pid:
        shares.append(_namespace("pid", service.pid, service.name, {"hostPID": True} if policy.host_pid else None))
    if service.ipc and stack.joined(service.name, "ipc"):
        shares.append(_joined("ipc", service.name, stack, None))
    elif service.ipc:
        shares.append(_namespace("ipc", service.ipc, service.name, {"hostIPC": True} if policy.host_ipc else None))
    return combine(shares)


def _joined(attribute: str, service: str, stack: Stack, pod: Mapping[str, Any] | None) -> Contribution:
    """In Docker only this namespace is shared; in a pod the network is, too."""
    if stack.joined(service, "network_mode"):
        return Contribution(pod=pod)
    message = f"shares the pod of {stack.joined(service, attribute)}, so both have one address and one set of ports"
    notice = Notice(f"services.{service}.{attribute}", NoticeCode.APPROXIMATED, message)
    return Contribution(pod=pod, notices=[notice])


def _namespace(attribute: str, value: str, service: str, of_node: Mapping[str, Any] | None) -> Contribution:
    """`of_node` is what gives a pod the namespace of its node, None if the admin does not allow it."""
    path = f"services.{service}.{attribute}"
    if value in {"private", "shareable", "none"}:
        return NOTHING
    if value != "host":
        message = f"{value} is no container of this stack" if ":" in value else f"{value} is no mode of Compose"
        remedy = "write service: and the name of a service, or leave it out"
        return Contribution(problems=[Refusal(path, message, remedy)])
    if of_node is not None:
        return Contribution(pod=of_node)
    message = "the namespaces of the node are not a stack's to use"
    return Contribution(problems=[forbidden(path, message, f"host_{attribute}")])


def _names(written: Iterable[str]) -> list[str]:
    return sorted({name.upper().removeprefix("CAP_") for name in written})


def _number(name: str) -> int | None:
    if name == "root":
        return 0
    return int(name) if name.isdecimal() and int(name) <= MAX_ID else None
