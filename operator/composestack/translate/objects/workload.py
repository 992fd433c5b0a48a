"""Workloads: the Deployment, DaemonSet or Job that runs a service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from composestack.translate.contribution import Contribution, merge_all
from composestack.translate.objects.base import manifest
from composestack.translate.planned import Manifest


def workload(
    kind: str, name: str, labels: Mapping[str, str], selector: Mapping[str, str], share: Contribution
) -> Manifest:
    """Assemble the manifest from what the concerns contributed, around the settings that every pod of a stack has.

    `enableServiceLinks: false`: Docker injects no `DB_PORT=tcp://…`. No service account token: an application that was
    written for Docker does not talk to the Kubernetes API. Seccomp RuntimeDefault is Docker's default as well.
    """
    template = merge_all(
        (
            {"metadata": {"labels": dict(labels)}},
            {"metadata": share.template or {}},
            {"spec": _POD},
            {"spec": {**(share.pod or {}), "containers": [{**(share.container or {})}]}},
        )
    )
    body: dict[str, Any] = {"spec": {"template": template}}
    if kind != "Job":  # the Job controller makes its own selector
        body["spec"]["selector"] = {"matchLabels": dict(selector)}
    return merge_all((manifest(kind, name, labels), body, share.workload))


_POD: Mapping[str, Any] = {
    "automountServiceAccountToken": False,
    "enableServiceLinks": False,
    "os": {"name": "linux"},
    "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
}
