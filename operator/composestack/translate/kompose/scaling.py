"""The labels about an autoscaler."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from composestack.translate.kompose.label import Label, Table, number

_PERCENT, _PODS = number(1, 100), number(1, 2_147_483_647)
MOST_PODS = 3
CPU = 50
"""What kompose takes where a label says nothing."""

LABELS: Table = {
    "kompose.hpa.cpu": (Label("autoscale.cpu", _PERCENT, "a percentage from 1 to 100"),),
    "kompose.hpa.memory": (Label("autoscale.memory", _PERCENT, "a percentage from 1 to 100"),),
    "kompose.hpa.replicas.max": (Label("autoscale.max", _PODS, "a number of pods"),),
    "kompose.hpa.replicas.min": (Label("autoscale.min", _PODS, "a number of pods"),),
}


def complete(written: Mapping[str, Any]) -> dict[str, Any]:
    """Return what labels say of an autoscaler, with what it needs besides."""
    metrics = {} if written.keys() & {"cpu", "memory"} else {"cpu": CPU}
    return {"max": max(MOST_PODS, written.get("min", 1)), **metrics, **written}
