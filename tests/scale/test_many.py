"""What many stacks cost, counted: on an API server that only says what it was told (bench/scripted.py)."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from pathlib import Path

from bench.cluster import create, operating, scripted, settle

STACKS, CHILDREN = 40, 8


def writes(kubeconfig: Path) -> dict[str, int]:
    """Return the writes that the API server has had, by resource."""
    server = json.loads(kubeconfig.read_text())["clusters"][0]["cluster"]["server"]
    with urllib.request.urlopen(f"{server}/writes", timeout=10) as answer:
        found: dict[str, int] = json.load(answer)
    return found


def test_a_stack_costs_its_applies_and_two_statuses_and_a_restart_costs_nothing(tmp_path: Path) -> None:
    with scripted() as api:
        with operating(api.kubeconfig, tmp_path) as operator:
            asyncio.run(create(api.kubeconfig, STACKS, CHILDREN))
            settle(operator, STACKS)
        found = writes(api.kubeconfig)
        applies = {name: count for name, count in found.items() if not name.startswith("composestacks")}
        assert sum(applies.values()) == STACKS * CHILDREN, applies
        assert STACKS <= found["composestacks/status"] <= 2 * STACKS

        with operating(api.kubeconfig, tmp_path) as operator:
            settle(operator, STACKS)
        assert writes(api.kubeconfig) == found
