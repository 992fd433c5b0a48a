"""Workloads: the Deployment, DaemonSet, Job or CronJob that runs a service."""

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
    if kind in {"Job", "CronJob"}:  # the Job controller makes its own selector
        del spec["selector"]
    if kind == "CronJob":
        of_run = {key: value for key, value in spec.items() if key not in SCHEDULE}
        spec = {**{key: spec[key] for key in spec.keys() & SCHEDULE}, "jobTemplate": {"spec": of_run}}
    made = manifest(kind, name, labels, spec=spec)
    return ordered(with_annotations(made, whole.get("metadata", {}).get("annotations", {})))


def template_of(workload: Manifest) -> Manifest:
    """Return the template of the pods of a workload, planned or live; empty if it is none."""
    spec = workload.get("spec", {})
    found: Manifest = spec.get("jobTemplate", {}).get("spec", spec).get("template", {})
    return found


def with_template(workload: Manifest, template: Manifest) -> Manifest:
    """Return a workload with another template of its pods."""
    spec = workload["spec"]
    if "jobTemplate" not in spec:
        return {**workload, "spec": {**spec, "template": template}}
    run = {**spec["jobTemplate"], "spec": {**spec["jobTemplate"]["spec"], "template": template}}
    return {**workload, "spec": {**spec, "jobTemplate": run}}


SCHEDULE = frozenset(
    {
        "concurrencyPolicy",
        "failedJobsHistoryLimit",
        "schedule",
        "startingDeadlineSeconds",
        "successfulJobsHistoryLimit",
        "suspend",
        "timeZone",
    }
)
"""What a CronJob says of its runs as a whole; the rest is about each one."""
_POD: Mapping[str, Any] = {
    "automountServiceAccountToken": False,
    "enableServiceLinks": False,
    "os": {"name": "linux"},
}
_SECURITY: Mapping[str, Any] = {"seccompProfile": {"type": "RuntimeDefault"}}
