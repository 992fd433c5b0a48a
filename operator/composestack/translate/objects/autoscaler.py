"""HorizontalPodAutoscalers: as many pods as the load needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from composestack.kinds import KINDS, Ref
from composestack.translate.objects.base import manifest
from composestack.translate.planned import Manifest


def autoscaler(
    name: str, labels: Mapping[str, str], target: Ref, bounds: tuple[int, int], metrics: Sequence[dict[str, Any]]
) -> Manifest:
    """Return an autoscaler. `bounds` are the least and the most pods.

    Metrics are an atomic list: they bear every field, as the API server would write it.
    """
    spec = {
        "maxReplicas": bounds[1],
        "metrics": list(metrics),
        "minReplicas": bounds[0],
        "scaleTargetRef": {"apiVersion": KINDS[target.kind].api_version, "kind": target.kind, "name": target.name},
    }
    return manifest("HorizontalPodAutoscaler", name, labels, spec=spec)


def utilization(resource: str, percent: int) -> dict[str, Any]:
    """Return the metric by which pods use a percentage of what they request."""
    return {
        "resource": {"name": resource, "target": {"averageUtilization": percent, "type": "Utilization"}},
        "type": "Resource",
    }
