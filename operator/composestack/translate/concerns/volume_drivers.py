"""Volumes that are not claims: directories, memory and NFS exports by driver options, and volumes of other services.

The mounts themselves are expanded before translation (mount_expansion.py); here is what cannot be expanded.
"""

from __future__ import annotations

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Service, Volume
from composestack.compose.problems import Notice
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.local_driver import LocalVolume, local_volume
from composestack.translate.policy import forbidden
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Declared, Stack


@translates(
    "volumes.*.driver_opts",
    caveat="Of the driver `local`: a bind mount, tmpfs for one pod, or an NFS export that the admin's policy allows.",
)
def driver_opts(declared: Declared[Volume], stack: Stack) -> Contribution:
    """The options say that a volume is not the driver's to make, but something that is there."""
    path = f"volumes.{declared.key}.driver_opts"
    try:
        meant = local_volume(declared.element.driver_opts)
    except ValueError as error:
        return Contribution(problems=[Refusal(path, str(error), "leave them out, or use an external volume")])
    if meant is None:
        return NOTHING
    problems = list(filter(None, [_refused(meant, declared.key, path, stack)]))
    message = f"{', '.join(meant.lost)}: Kubernetes has no such options of a volume"
    notices = [Notice(path, NoticeCode.IGNORED, message)] if meant.lost else []
    return Contribution(notices=notices, problems=problems)


def _refused(meant: LocalVolume, key: str, path: str, stack: Stack) -> Refusal | None:
    if meant.type == "nfs" and meant.server not in stack.scope.policy.nfs_servers:
        message = f"the policy of this cluster does not allow the NFS server {meant.server} (nfs_servers)"
        return forbidden(path, message, "nfs_servers", entry=meant.server or "")
    if meant.type == "tmpfs" and stack.claims.named(key) is not None:
        return Refusal(path, "several pods cannot share memory", "leave the options out, or mount it in one pod")
    return None


@translates(
    "services.*.volumes_from",
    caveat="Named volumes and bind mounts; anonymous volumes are refused, memory is not shared.",
)
def volumes_from(service: Service, stack: Stack) -> Contribution:
    """The mounts of another service, which loading makes a dependency."""
    problems = []
    for index, entry in enumerate(service.volumes_from):
        path = f"services.{service.name}.volumes_from[{index}]"
        source = entry.partition(":")[0]
        if source not in stack:
            message = f"{entry.removeprefix('container:')} is no service of this stack"
            problems.append(Refusal(path, message, "list the volumes themselves"))
            continue
        for target in stack.anonymous_volumes(source):
            message = f"the volume of {source} at {target} has no name by which another pod could mount it"
            problems.append(Refusal(path, message, f"give it a name: write NAME:{target} in {source}"))
    return Contribution(problems=problems) if problems else NOTHING
