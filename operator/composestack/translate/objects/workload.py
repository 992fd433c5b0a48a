"""Workloads: the Deployment, DaemonSet or Job that runs a service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from composestack.translate.contribution import Contribution
from composestack.translate.objects.base import manifest, ordered, with_annotations
from composestack.translate.planned import Manifest


def workload(
    kind: str, name: str, labels: Mapping[str, str], selector: Mapping[str, str], share: Contribution
) -> Manifest:
    """Put the share of a whole pod (see assembly.py) around the settings that every pod of a stack has.

    `enableServiceLinks: false`: Docker injects no `DB_PORT=tcp://…`. No service account token: an application that was
    written for Docker does not talk to the Kubernetes API. Seccomp RuntimeDefault is Docker's default as well.
    """
    pod, metadata, whole = share.pod or {}, share.template or {}, share.workload or {}
    spec = {
        "selector": {"matchLabels": dict(selector)},
        "template": {
            "metadata": {**metadata, "labels": {**labels, **metadata.get("labels", {})}},
            "spec": {
                **_POD,
                **pod,
                "securityContext": {**_SECURITY, **pod.get("securityContext", {})},
            },
        },
        **whole.get("spec", {}),
    }
    if kind == "Job":  # the Job controller makes its own selector
        del spec["selector"]
    made = manifest(kind, name, labels, spec=spec)
    return ordered(with_annotations(made, whole.get("metadata", {}).get("annotations", {})))


_POD: Mapping[str, Any] = {
    "automountServiceAccountToken": False,
    "enableServiceLinks": False,
    "os": {"name": "linux"},
}
_SECURITY: Mapping[str, Any] = {"seccompProfile": {"type": "RuntimeDefault"}}
