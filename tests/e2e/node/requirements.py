"""What a machine must have to be a node."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGES = {
    "containerd": "containerd",
    "ctr": "containerd",
    "runc": "runc",
    "nft": "nftables",
    "iptables": "iptables",
    "conntrack": "conntrack",
    "ip": "iproute2",
    "nsenter": "util-linux",
    "unshare": "util-linux",
    "openssl": "openssl",
    "apt-get": "apt",
    "curl": "curl",
    "dpkg-deb": "dpkg",
}
"""Program → the Debian package that has it."""

PLUGINS = Path("/usr/lib/cni")
"""Where Debian's containernetworking-plugins are."""

CONTROLLERS = ("cpu", "cpuset", "memory", "pids")


def missing() -> str:
    """Say what this machine lacks, and the remedy where there is one; nothing if a node can run here."""
    return "; ".join(_missing())


def _missing() -> Iterator[str]:
    if sys.platform != "linux":
        yield "Linux"
        return
    if os.geteuid():
        yield "root"
    packages = {package for program, package in PACKAGES.items() if shutil.which(program, path=_path()) is None}
    if not (PLUGINS / "ptp").exists():
        packages.add("containernetworking-plugins")
    if packages:
        yield f"programs (apt-get install --no-install-recommends {' '.join(sorted(packages))})"
    if not os.access("/sys/fs/cgroup", os.W_OK):
        yield "a writable /sys/fs/cgroup"
    elif absent := [name for name in CONTROLLERS if name not in _controllers()]:
        yield f"cgroup controllers ({', '.join(absent)})"


def _path() -> str:
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def _controllers() -> set[str]:
    unified = Path("/sys/fs/cgroup/cgroup.controllers")
    if unified.exists():
        return set(unified.read_text().split())
    rows = (line.split() for line in Path("/proc/cgroups").read_text().splitlines() if not line.startswith("#"))
    return {name for name, hierarchy, _, _ in rows if hierarchy != "0"}
