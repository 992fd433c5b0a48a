"""The closed table of Kubernetes kinds that the operator creates. Apply order, paths and RBAC are read from here,
nowhere else.
"""

from __future__ import annotations

from typing import NamedTuple


class Ref(NamedTuple):
    """Names an object within the namespace of its stack."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


class Kind(NamedTuple):
    """One kind: how its path is built, in which wave it is applied (0 comes first), and whether it runs containers.

    `source` says whose CustomResourceDefinitions bring it; "" is Kubernetes itself. A cluster need not have the others.
    """

    kind: str
    group: str
    version: str
    plural: str
    wave: int
    workload: bool = False
    source: str = ""

    @property
    def api_version(self) -> str:
        """The `apiVersion` of manifests of this kind."""
        return f"{self.group}/{self.version}" if self.group else self.version

    def path(self, namespace: str | None = None, name: str | None = None) -> str:
        """Return the URL path of the collection (in one or all namespaces) or of one object."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        scope = f"/namespaces/{namespace}" if namespace else ""
        return f"{root}{scope}/{self.plural}" + (f"/{name}" if name else "")


def _route(kind: str, since: str) -> Kind:
    plural = f"{kind.lower()}s"
    return Kind(kind, "gateway.networking.k8s.io", "v1", plural, wave=1, source=f"the Gateway API {since} or newer")


KINDS: dict[str, Kind] = {
    kind.kind: kind
    for kind in (
        # Services bear names that are not the stack's own, so a conflict shows before anything else is written.
        Kind("Service", "", "v1", "services", wave=0),
        Kind("ConfigMap", "", "v1", "configmaps", wave=1),
        Kind("Secret", "", "v1", "secrets", wave=1),
        Kind("PersistentVolumeClaim", "", "v1", "persistentvolumeclaims", wave=1),
        Kind("NetworkPolicy", "networking.k8s.io", "v1", "networkpolicies", wave=1),
        Kind("HorizontalPodAutoscaler", "autoscaling", "v2", "horizontalpodautoscalers", wave=1),
        Kind("PodDisruptionBudget", "policy", "v1", "poddisruptionbudgets", wave=1),
        Kind("Ingress", "networking.k8s.io", "v1", "ingresses", wave=1),
        _route("HTTPRoute", "1.0"),
        _route("GRPCRoute", "1.1"),
        _route("TCPRoute", "1.6"),
        _route("TLSRoute", "1.5"),
        Kind("Deployment", "apps", "v1", "deployments", wave=2, workload=True),
        Kind("StatefulSet", "apps", "v1", "statefulsets", wave=2, workload=True),
        Kind("DaemonSet", "apps", "v1", "daemonsets", wave=2, workload=True),
        Kind("Job", "batch", "v1", "jobs", wave=2, workload=True),
        Kind("CronJob", "batch", "v1", "cronjobs", wave=2, workload=True),
    )
}
"""In apply order. Deletion goes the other way round."""
