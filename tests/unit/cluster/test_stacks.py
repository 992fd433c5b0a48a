from __future__ import annotations

from typing import Any

import pytest

from composestack.cluster import stacks as module
from composestack.cluster.stacks import Stacks
from composestack.reconcile.port import StackKey

KEY = StackKey("ns", "shop")


def body(version: int, name: str = "shop", **status: Any) -> dict[str, Any]:
    metadata = {"namespace": "ns", "name": name, "resourceVersion": str(version), "managedFields": [{"manager": "x"}]}
    return {"metadata": metadata, "status": status}


def version(stacks: Stacks, key: StackKey = KEY) -> str | None:
    found = stacks.get(key)
    return None if found is None else str(found["metadata"]["resourceVersion"])


def test_the_newest_body_is_kept_without_managed_fields() -> None:
    stacks = Stacks()
    stacks.keep(body(5))
    stacks.keep(body(4))

    assert version(stacks) == "5"
    assert "managedFields" not in (stacks.get(KEY) or {})["metadata"]


def test_an_event_from_before_our_own_write_does_not_bring_the_old_status_back() -> None:
    stacks = Stacks()
    stacks.keep(body(5))
    stacks.refresh(body(10, observedGeneration=2))
    stacks.keep(body(7, observedGeneration=1))

    assert (stacks.get(KEY) or {})["status"] == {"observedGeneration": 2}


def test_a_stack_that_is_not_worked_on_is_not_kept() -> None:
    stacks = Stacks()
    stacks.refresh(body(5))
    assert stacks.get(KEY) is None

    stacks.keep(body(5))
    stacks.drop(KEY)
    stacks.refresh(body(6))
    assert stacks.get(KEY) is None


def test_a_body_that_nobody_has_shown_for_long_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("composestack.cluster.stacks.time.monotonic", lambda: now)
    stacks = Stacks()
    stacks.keep(body(5))
    now += module.FRESH - 1
    assert version(stacks) == "5"

    now += 2
    assert version(stacks) is None
    stacks.keep(body(5))
    assert version(stacks) == "5", "a look at the same version is as good as a newer one"


def test_so_many_are_kept_and_the_latest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 2)
    stacks = Stacks()
    stacks.keep(body(1, "a"))
    stacks.keep(body(2, "b"))
    stacks.keep(body(3, "a"))
    stacks.keep(body(4, "c"))

    assert [version(stacks, StackKey("ns", name)) for name in "abc"] == ["3", None, "4"]
