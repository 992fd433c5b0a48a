"""What the admin allows beyond the Pod Security Standard "baseline".

Comes from the operator's configuration, never from a stack.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from composestack.translate.refusal import Refusal


class Policy(BaseModel):
    """The admin's limits. The defaults allow nothing beyond baseline; there is no key that is not honoured."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    privileged: bool = False
    """Allow `privileged: true`."""

    host_network: bool = False
    """Allow `network_mode: host`."""

    host_pid: bool = False
    """Allow `pid: host`."""

    host_ipc: bool = False
    """Allow `ipc: host`."""

    host_paths: tuple[str, ...] = ()
    """Prefixes of absolute paths of the node that may be mounted, such as `/srv/media`."""

    host_ports: bool = False
    """Allow `mode: host` of published ports."""

    publish_types: tuple[Literal["NodePort", "LoadBalancer", "Ingress"], ...] = ()
    """How stacks may open services to the outside. Within the cluster (ClusterIP) they always may."""

    publish_annotations: tuple[str, ...] = ()
    """Annotations that stacks may give to Services and Ingresses: whole keys, or prefixes that end in `/`."""

    capabilities: tuple[str, ...] = ()
    """Capabilities beyond the defaults of container runtimes, without `CAP_`, such as `NET_ADMIN`."""

    sysctls: tuple[str, ...] = ()
    """Kernel parameters beyond the safe set of the Pod Security Standards."""

    rwx_storage_classes: tuple[str, ...] = ()
    """Storage classes whose volumes can be mounted by several nodes at once; `""` is the cluster's default class."""

    nfs_servers: tuple[str, ...] = ()
    """NFS servers whose exports may be mounted as volumes, as stacks write them."""

    gpu_resource: str = "nvidia.com/gpu"
    """The extended resource that a GPU is, unless a stack names the driver `amd` or `intel`."""

    device_resources: Mapping[str, str] = Field(default_factory=dict)
    """The extended resource by device of the node, such as `devices.kubevirt.io/kvm` for `/dev/kvm`."""

    host_gateway: str = ""
    """The address that `host-gateway` in `extra_hosts` stands for; a cluster has none of its own."""

    stop_signals: bool = False
    """The cluster has the feature ContainerStopSignals, so that `stop_signal` can be applied."""

    dns_cidrs: tuple[str, ...] = ("169.254.20.10/32",)
    """DNS servers besides kube-dns that services on internal networks reach. Default: NodeLocal DNSCache."""

    def not_published(self, kind: str, path: str) -> Refusal:
        """Return the refusal of a way to the outside that `publish_types` does not list."""
        message = f"the policy of this cluster opens nothing to the outside by {kind} (publish_types)"
        return Refusal(path, message, f"leave it out, or ask the admin to add {kind} to policy.publish_types")
