"""File systems in memory: `/dev/shm` and `tmpfs`."""

from __future__ import annotations

import posixpath
import re
from typing import Any

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Service
from composestack.compose.problems import Notice
from composestack.translate import quantity
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution, combine
from composestack.translate.names import path_label
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack

_SIZE = re.compile(r"(\d+)([kmg]?)b?", re.IGNORECASE)
_UNITS = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}
HARMLESS = {"rw", "exec", "suid", "dev", "mode=1777", "mode=0777", "mode=777", "mode=01777"}
"""What a memory volume of Kubernetes is anyway."""


@translates("services.*.shm_size", caveat="Counts against the memory limit of the container.")
def shared_memory(service: Service, stack: Stack) -> Contribution:
    """Docker sizes `/dev/shm` per container; Kubernetes only has a memory-backed emptyDir. Unset, both give 64 MiB."""
    if not service.shm_size or service.shm_size < 0:
        return NOTHING
    return _memory_mount("shm", "/dev/shm", service.shm_size)  # noqa: S108 (the path is in the container)


@translates("services.*.tmpfs", caveat="Lives as long as the pod and counts against the memory limit of the container.")
def tmpfs(service: Service, stack: Stack) -> Contribution:
    """`path:size=64m,mode=1777`: of the options of tmpfs, only the size has a counterpart."""
    parts: list[Contribution] = []
    for index, entry in enumerate(service.tmpfs):
        target, _, text = entry.partition(":")
        path = f"services.{service.name}.tmpfs[{index}]"
        options = [option for option in text.split(",") if option]
        sizes = [option.removeprefix("size=") for option in options if option.startswith("size=")]
        match = _SIZE.fullmatch(sizes[-1]) if sizes else None
        if not target.startswith("/") or (sizes and match is None):
            problem = Refusal(path, f"{entry} is not a path with options", "write it as /path:size=64m")
            parts.append(Contribution(problems=[problem]))
            continue
        lost = [option for option in options if not option.startswith("size=") and option not in HARMLESS]
        notices = [Notice(path, NoticeCode.IGNORED, f"{', '.join(lost)} has no counterpart")] if lost else []
        clean = posixpath.normpath(target)
        size = int(match[1]) * _UNITS[match[2].lower()] if match else None
        part = _memory_mount(f"tmpfs-{path_label(clean)}", clean, size)
        parts.append(Contribution(container=part.container, pod=part.pod, notices=notices))
    return combine(parts)


def _memory_mount(name: str, target: str, size: int | None) -> Contribution:
    directory: dict[str, Any] = {"medium": "Memory"}
    if size:
        directory["sizeLimit"] = quantity.memory(size)
    return Contribution(
        container={"volumeMounts": [{"mountPath": target, "name": name}]},
        pod={"volumes": [{"emptyDir": directory, "name": name}]},
    )
