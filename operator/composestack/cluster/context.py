"""Which namespace a kubeconfig means, as kubectl finds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubernetes.aio.config import list_kube_config_contexts

from composestack.cluster.connecting import unusable

contexts: Callable[..., tuple[list[dict[str, Any]], dict[str, Any]]] = list_kube_config_contexts


def namespace_of(kubeconfig: str | None, context: str | None) -> str:
    """Return the namespace of a context, by default the current one; "default" if it names none, or cannot be read."""
    try:
        known, active = contexts(kubeconfig)
        chosen = next((each for each in known if each["name"] == context), active) if context else active
        return str(chosen["context"].get("namespace") or "default")
    except unusable:
        return "default"
