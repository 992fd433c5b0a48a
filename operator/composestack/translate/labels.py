"""The labels and annotations that the operator puts on what it creates.

Selectors use STACK and SERVICE only: label selectors of workloads are immutable, so nothing that can change may be in
them. `app.kubernetes.io/*` are the recommended labels of the Kubernetes documentation, for people and dashboards.
`instance` is never among them: Argo CD tracks by it, and would prune a claim that outlives its stack.
"""

from __future__ import annotations

from composestack.translate.names import label_value

GROUP = "composestack.io"
STACK = f"{GROUP}/stack"
SERVICE = f"{GROUP}/service"
DIGEST = f"{GROUP}/digest"
"""Annotation: digest of the manifest as it was meant, so that drift is seen without a read (see digest.py)."""

ADDRESSES = f"{GROUP}/addresses"
"""Annotation of workloads: the Services whose addresses went into the pods, and those (see bindings.py)."""

DEPENDENCY = f"{GROUP}/dep-"
"""Annotation of pods, followed by the name of a service that they are restarted with: digest of its pod template."""

NODE_GROUP = f"{GROUP}/node-group"
"""On pods that have to be on one node, because they share volumes that one node at a time can mount."""

NAME = "app.kubernetes.io/name"
COMPONENT = "app.kubernetes.io/component"
PART_OF = "app.kubernetes.io/part-of"
MANAGED_BY = "app.kubernetes.io/managed-by"
OPERATOR = "composestack"

MEMBER = "member"
"""Value of the labels that say "this pod belongs to": what it belongs to is in the key, so that a pod can belong to
several.
"""

MULTUS = "k8s.v1.cni.cncf.io/networks"
"""The annotation by which pods ask Multus for further networks (its documentation, "Quick Start")."""


def common(stack: str, name: str, component: str) -> dict[str, str]:
    """Return the labels of every object: `name` in the Compose document, and what it is there (`service`, `volume`,
    `network`, …).
    """
    return {
        COMPONENT: component,
        MANAGED_BY: OPERATOR,
        NAME: label_value(name),
        PART_OF: label_value(stack),
        STACK: label_value(stack),
    }


def of_service(stack: str, service: str) -> dict[str, str]:
    """Return the labels of the objects and pods of a service."""
    return {**common(stack, service, "service"), SERVICE: label_value(service)}


def of_stack(stack: str) -> dict[str, str]:
    """Return the label that all objects and pods of a stack have."""
    return {STACK: label_value(stack)}


def selector(stack: str, service: str) -> dict[str, str]:
    """Return the labels by which the pods of a service are selected."""
    return {SERVICE: label_value(service), STACK: label_value(stack)}


def membership(group: str, name: str) -> str:
    """Return the key of the label that marks a pod as a member, such as `composestack.io/network.front`."""
    return f"{GROUP}/{label_value(f'{group}.{name}')}"


def dependency(service: str) -> str:
    """Return the key of the annotation by which pods are restarted with those of a service."""
    return f"{GROUP}/{label_value(f'dep-{service}')}"
