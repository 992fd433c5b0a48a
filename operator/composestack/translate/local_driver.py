"""What the options of Docker's `local` driver make of a volume. They are the arguments of mount(8), so a volume may be
a directory of the host, memory, or an export of an NFS server (Docker documentation, "docker volume create").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from composestack.compose import sizes

_KEYS = {"type", "o", "device"}
_SAID = {"bind", "rbind", "rw", "ro", "defaults"}


class LocalVolume(NamedTuple):
    """A volume that is no claim.

    `device` is a directory of the host (bind) or of `server` (nfs); `size` is in bytes (tmpfs). `lost` are options of
    mount(8) that have no counterpart.
    """

    type: Literal["bind", "tmpfs", "nfs"]
    device: str = ""
    server: str = ""
    size: int | None = None
    read_only: bool = False
    lost: tuple[str, ...] = ()


def local_volume(options: Mapping[str, str]) -> LocalVolume | None:
    """Return what `driver_opts` make of a volume, None for a usual one.

    Raises ValueError if they cannot be understood: ignoring one could mean other data.
    """
    if not options:
        return None
    unknown = sorted(set(options) - _KEYS)
    if unknown:
        raise ValueError(f"{', '.join(unknown)} is no option that has a counterpart")
    said = dict(_option(entry) for entry in options.get("o", "").split(",") if entry)
    lost = tuple(sorted(key for key in said if key not in _SAID))
    sort, device = options.get("type", ""), options.get("device", "")
    read_only = "ro" in said
    if sort in {"", "none", "bind"} and said.keys() & {"bind", "rbind"} and device:
        return LocalVolume("bind", device, read_only=read_only, lost=lost)
    if sort == "tmpfs":
        size = sizes.parse(said["size"]) if said.get("size") else None
        return LocalVolume("tmpfs", size=size, read_only=read_only, lost=tuple(key for key in lost if key != "size"))
    if sort in {"nfs", "nfs4"} and said.get("addr") and device.removeprefix(":").startswith("/"):
        lost = tuple(key for key in lost if key != "addr")
        return LocalVolume("nfs", device.removeprefix(":"), said["addr"], read_only=read_only, lost=lost)
    raise ValueError("these options make no bind mount, no tmpfs, and no NFS export with addr and device")


def export(options: Mapping[str, str]) -> LocalVolume | None:
    """Return the NFS export that `driver_opts` mean, None if they mean another thing or cannot be understood."""
    try:
        found = local_volume(options)
    except ValueError:
        return None
    return found if found is not None and found.type == "nfs" else None


def _option(entry: str) -> tuple[str, str]:
    key, _, value = entry.strip().partition("=")
    return key, value
