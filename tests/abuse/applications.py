"""Applications that want too much, and what becomes of them without a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from composestack.api.v1alpha1 import ComposeStackSpec
from composestack.compose.source import ProjectFiles
from composestack.reconcile.render import render
from composestack.translate.plan import Manifest, Plan
from composestack.translate.policy import Policy

NAME = "shop"

EVERYTHING: dict[str, Any] = {
    "privileged": True,
    "host_network": True,
    "host_pid": True,
    "host_ipc": True,
    "host_ports": True,
    "host_paths": ["/"],
    "publish_types": ["NodePort", "LoadBalancer", "Ingress"],
    "capabilities": ["ALL", "SYS_ADMIN", "NET_ADMIN"],
    "ingress_any_host": True,
    "taints": ["*"],
    "patches": True,
}
"""A policy that allows what can be allowed without a name."""

Attributes = Mapping[str, Any]


def plan_of(service: Attributes, policy: Attributes | None = None, **spec: Any) -> Plan:
    """Return the plan of a stack with one service `web`, in which `service` are attributes, besides an image.

    `spec` are further fields of the ComposeStack; `_document` in it are further sections of the Compose file. Raises
    InvalidCompose and Refused.
    """
    document = {"services": {"web": {"image": "nginx", **service}}, **spec.pop("_document", {})}
    files = ProjectFiles.from_text({"app.env": "A=1", **spec.pop("files", {})})
    stack = ComposeStackSpec.model_validate({"compose": document, **spec})
    return render(NAME, stack, files, Policy.model_validate(policy or {}))


def pod_specs(plan: Plan) -> Iterator[Mapping[str, Any]]:
    """Yield what all pods of a plan are made from."""
    for manifest in plan.manifests:
        spec = manifest.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if "template" in spec and "spec" in spec["template"]:
            yield spec["template"]["spec"]


def beyond(plan: Plan) -> set[str]:
    """Return what pods of a plan have that no stack has by default, found without any code of the product."""
    found: set[str] = set()
    for pod in pod_specs(plan):
        found |= {key for key in ("hostNetwork", "hostPID", "hostIPC", "serviceAccountName", "nodeName") if key in pod}
        found |= {"token"} if pod["automountServiceAccountToken"] else set()
        found |= {"seccomp"} if pod["securityContext"]["seccompProfile"] != {"type": "RuntimeDefault"} else set()
        found |= {"hostPath" for volume in pod.get("volumes", ()) if "hostPath" in volume}
        for container in [*pod["containers"], *pod.get("initContainers", ())]:
            security = container.get("securityContext", {})
            found |= security.keys() & {"privileged", "procMount", "seccompProfile", "appArmorProfile"}
            found |= {"capabilities"} if security.get("capabilities", {}).get("add") else set()
            found |= {"hostPort" for port in container.get("ports", ()) if "hostPort" in port}
    return found


def labels_of(plan: Plan) -> Iterator[tuple[Manifest, Mapping[str, str]]]:
    """Yield objects with their labels, and once more with those of the pods that they make."""
    for manifest in plan.manifests:
        yield manifest, manifest["metadata"].get("labels", {})
        template = manifest.get("spec", {}).get("template", {})
        if "metadata" in template:
            yield manifest, template["metadata"]["labels"]
