"""What the admin allows beyond the Pod Security Standard "baseline".

Comes from the operator's configuration, never from a stack. A key allows something, or says what the cluster has; none
is a default for stacks. Every key is honoured, and a refusal that a key would lift names it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from composestack.translate.refusal import Refusal


class Allows:
    """The attributes of Compose, and those of the extension, that a key of the policy can allow."""

    def __init__(self, *paths: str) -> None:
        self.paths = paths


Text = Annotated[str, StringConstraints(min_length=1)]
HostPath = Annotated[str, StringConstraints(pattern="^/")]
Resource = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+/[A-Za-z0-9._-]+$")]
"""An extended resource, such as `nvidia.com/gpu`."""
DevicePath = Annotated[str, StringConstraints(pattern="^[^ ]+$")]
Capability = Annotated[
    str,
    StringConstraints(pattern="^[A-Z][A-Z_]*$"),
    Field(json_schema_extra={"not": {"pattern": "^CAP_"}}),
]
Server = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9.:-]+$")]
Address = Annotated[str, StringConstraints(pattern="^[0-9a-fA-F.:]*$")]
Endpoint = Annotated[str, StringConstraints(pattern="^(https?://.+)?$")]
Cidr = Annotated[str, StringConstraints(pattern="^[0-9a-fA-F.:]+/[0-9]{1,3}$")]

GPU_RESOURCES: Mapping[str, str] = MappingProxyType({"amd": "amd.com/gpu", "intel": "gpu.intel.com/i915"})
"""The resources of device plugins for GPUs besides NVIDIA's, by driver (documentation of these plugins)."""

_EXTENSION = "services.*.x-kubernetes"
_PUBLISHED = ("publish.annotations", "ingress.annotations", "service.annotations")


class Policy(BaseModel):
    """The admin's limits. The defaults allow nothing beyond baseline."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    privileged: Annotated[bool, Allows("services.*.privileged")] = False
    """Allow `privileged: true`."""

    host_network: Annotated[bool, Allows("services.*.network_mode")] = False
    """Allow `network_mode: host`."""

    host_pid: Annotated[bool, Allows("services.*.pid")] = False
    """Allow `pid: host`."""

    host_ipc: Annotated[bool, Allows("services.*.ipc")] = False
    """Allow `ipc: host`."""

    host_ports: Annotated[bool, Allows("services.*.ports[].mode")] = False
    """Allow `mode: host` of published ports."""

    host_paths: Annotated[tuple[HostPath, ...], Allows("services.*.volumes[].source")] = ()
    """Prefixes of absolute paths of the node that may be mounted, such as `/srv/media`."""

    publish_types: Annotated[
        tuple[Literal["NodePort", "LoadBalancer", "Ingress"], ...],
        Allows(
            f"{_EXTENSION}.publish.type",
            f"{_EXTENSION}.ingress.hosts",
            "services.*.ports[].x-kubernetes.nodePort",
            "services.*.ports[].x-kubernetes.ingress.host",
            "x-kubernetes.publish.type",
        ),
    ] = ()
    """How stacks may open services to the outside. Within the cluster (ClusterIP) they always may."""

    publish_annotations: Annotated[
        tuple[Text, ...], Allows(*(f"{_EXTENSION}.{place}" for place in _PUBLISHED), "x-kubernetes.publish.annotations")
    ] = ()
    """Annotations that stacks may give to Services and Ingresses: whole keys, or prefixes that end in `/`."""

    gateway_parents: Annotated[
        tuple[Text, ...],
        Allows(
            *(f"{_EXTENSION}.gateway.parentRefs[].{name}" for name in ("name", "namespace")),
            *(f"services.*.ports[].x-kubernetes.gateway.parentRef.{name}" for name in ("name", "namespace")),
        ),
    ] = ()
    """Gateways to which stacks may attach routes: `namespace/name`, or `name` for one beside the stack."""

    network_attachments: Annotated[tuple[Text, ...], Allows("networks.*.x-kubernetes.attachment")] = ()
    """NetworkAttachmentDefinitions that stacks may use: `namespace/name`, or `name` for one beside the stack."""

    ingress_any_host: Annotated[
        bool, Allows(f"{_EXTENSION}.ingress.hosts", "services.*.ports[].x-kubernetes.ingress.host")
    ] = False
    """Allow an Ingress for every host name (`*`), which could take those of others."""

    registries: Annotated[tuple[Text, ...], Allows("services.*.image", "services.*.volumes[].source")] = ()
    """Where images may come from: registries, or paths in them, such as `ghcr.io/acme`. None: from everywhere."""

    capabilities: Annotated[tuple[Capability, ...], Allows("services.*.cap_add")] = ()
    """Capabilities beyond the defaults of container runtimes, without `CAP_`, such as `NET_ADMIN`."""

    sysctls: Annotated[tuple[Text, ...], Allows("services.*.sysctls")] = ()
    """Kernel parameters beyond the safe set of the Pod Security Standards."""

    service_accounts: Annotated[tuple[Text, ...], Allows(f"{_EXTENSION}.serviceAccountName")] = ()
    """Service accounts as which pods may run, with their rights at the API server."""

    runtimes: Annotated[Mapping[Text, Text], Allows("services.*.runtime", "services.*.isolation")] = Field(
        default_factory=dict
    )
    """The RuntimeClass by the name that stacks write as `runtime`, such as `nvidia: nvidia`; by `hyperv` that of
    `isolation: hyperv`.
    """

    priority_classes: Annotated[tuple[Text, ...], Allows(f"{_EXTENSION}.scheduling.priorityClassName")] = ()
    """Priority classes that pods may have."""

    schedulers: Annotated[tuple[Text, ...], Allows(f"{_EXTENSION}.scheduling.schedulerName")] = ()
    """Schedulers besides the default one that pods may choose."""

    taints: Annotated[tuple[Text, ...], Allows(f"{_EXTENSION}.scheduling.tolerations")] = ()
    """Keys of taints that pods may tolerate; `*` is every taint."""

    patches: bool = False
    """Allow `spec.patches`. What they make of an object is held to this policy all the same."""

    rwx_storage_classes: tuple[str, ...] = ()
    """Storage classes whose volumes can be mounted by several nodes at once; `""` is the cluster's default class."""

    nfs_servers: Annotated[tuple[Server, ...], Allows("volumes.*.driver_opts")] = ()
    """NFS servers whose exports may be mounted as volumes, as stacks write them."""

    gpu_resource: Resource = "nvidia.com/gpu"
    """The extended resource that a GPU is, unless a stack names the driver `amd` or `intel`."""

    device_resources: Annotated[
        Mapping[DevicePath, Resource],
        Allows("services.*.devices[].source", f"{_EXTENSION}.resources.limits", f"{_EXTENSION}.resources.requests"),
    ] = Field(default_factory=dict)
    """The extended resource by device of the node, such as `devices.kubevirt.io/kvm` for `/dev/kvm`. Stacks may ask for
    these, and for GPUs, also by the name of the resource.
    """

    host_gateway: Annotated[Address, Allows("services.*.extra_hosts")] = ""
    """The address that `host-gateway` in `extra_hosts` stands for; a cluster has none of its own."""

    models: Annotated[Endpoint, Allows("services.*.models")] = ""
    """An OpenAI-compatible endpoint that serves the models which stacks use, such as `http://models.ai.svc/v1`."""

    stop_signals: Annotated[bool, Allows("services.*.stop_signal")] = False
    """The cluster has the feature ContainerStopSignals, so that `stop_signal` can be applied."""

    dns_cidrs: tuple[Cidr, ...] = ("169.254.20.10/32",)
    """DNS servers besides kube-dns that services on internal networks reach. Default: NodeLocal DNSCache."""

    def offers(self, resource: str) -> bool:
        """Tell whether stacks may ask for a resource: what every node has, GPUs, and what `device_resources` lists.

        An extended resource has a domain that is not Kubernetes' own (Kubernetes documentation, "Extended resources").
        """
        domain, slash, _ = resource.partition("/")
        native = not slash or domain == "kubernetes.io" or domain.endswith(".kubernetes.io")
        return native or resource in {self.gpu_resource, *GPU_RESOURCES.values(), *self.device_resources.values()}

    def not_published(self, kind: str, path: str) -> Refusal:
        """Return the refusal of a way to the outside that `publish_types` does not list."""
        message = f"the policy of this cluster opens nothing to the outside by {kind} (publish_types)"
        return forbidden(path, message, "publish_types", entry=kind)


BASELINE = Policy.model_construct()
"""What holds where the admin says nothing. It is valid as it is: no validator has to be made for it."""


def forbidden(path: str, message: str, key: str, *, entry: str = "", instead: str = "leave it out") -> Refusal:
    """Return the refusal of what a key of the policy would allow, if it were set or had this entry."""
    wish = f"add {entry} to policy.{key}" if entry else f"set policy.{key}"
    return Refusal(path, message, f"{instead}, or ask the admin to {wish}")


def allowed_by(path: str) -> tuple[str, ...]:
    """Return the keys of the policy that can allow an attribute, written as in the catalog (`services.*.pid`)."""
    return tuple(key for key in Policy.model_fields if path in attributes(key))


def attributes(key: str) -> tuple[str, ...]:
    """Return the attributes that a key of the policy can allow."""
    found = (each.paths for each in Policy.model_fields[key].metadata if isinstance(each, Allows))
    return tuple(path for paths in found for path in paths)
