"""PodDisruptionBudgets: how many pods of a service a drained node may take away at once."""

from __future__ import annotations

from collections.abc import Mapping

from composestack.translate.objects.base import manifest
from composestack.translate.planned import Manifest


def disruption_budget(
    name: str, labels: Mapping[str, str], selector: Mapping[str, str], limits: Mapping[str, int | str]
) -> Manifest:
    """Return a budget. `limits` has `maxUnavailable` or `minAvailable`, a number or a percentage."""
    spec = {**limits, "selector": {"matchLabels": dict(selector)}}
    return manifest("PodDisruptionBudget", name, labels, spec=spec)
