from __future__ import annotations

import pytest

from composestack.reconcile import turn
from composestack.reconcile.port import StackKey
from composestack.reconcile.turn import NOTHING, Memories
from tests.unit.reconcile.rows import plan, service


def test_only_so_many_plans_are_kept_and_nothing_small_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "PLANS", 2)
    memories, keys = Memories(), [StackKey("ns", name) for name in "abc"]
    for key in keys[:2]:
        memory = memories.of(key)
        memory.revision, memory.plan, memory.written = "r", plan(service(key.name)), 7.0
    memories.of(keys[0])

    memories.of(keys[2])

    assert memories.of(keys[0]).plan != NOTHING
    forgotten = memories.of(keys[1])
    assert (forgotten.revision, forgotten.plan, forgotten.written) == ("", NOTHING, 7.0)


def test_a_memory_that_was_dropped_is_new() -> None:
    memories, key = Memories(), StackKey("ns", "a")
    memories.of(key).written = 7.0

    memories.drop(key)

    assert memories.of(key).written == float("-inf")
