"""HorizontalPodAutoscalers: as many pods as the load needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from composestack.kinds import KINDS, Ref
from composestack.translate.objects.base import manifest
from composestack.translate.planned import Manifest


def autoscaler(
    name: str, labels: Mapping[str, str], target: Ref, bounds: tuple[int, int], utilization: Mapping[str, int]
) -> Manifest:
    """Return an autoscaler. `bounds` are the least and the most pods, `utilization` a percentage of what is requested.

    Metrics are an atomic list: they bear every field, as the API server would write it.
    """
    metrics: list[dict[str, Any]] = [
        {
            "resource": {"name": resource, "target": {"averageUtilization": percent, "type": "Utilization"}},
            "type": "Resource",
        }
        for resource, percent in sorted(utilization.items())
    ]
    spec = {
        "maxReplicas": bounds[1],
        "metrics": metrics,
        "minReplicas": bounds[0],
        "scaleTargetRef": {"apiVersion": KINDS[target.kind].api_version, "kind": target.kind, "name": target.name},
    }
    return manifest("HorizontalPodAutoscaler", name, labels, spec=spec)
