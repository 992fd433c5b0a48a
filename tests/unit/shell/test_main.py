from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from composestack.shell import main
from composestack.shell.settings import OperatorSettings


@pytest.fixture
def interval() -> Iterator[float]:
    """The switch interval, which is as before after the test."""
    before = sys.getswitchinterval()
    yield before
    sys.setswitchinterval(before)


def test_threads_that_render_give_way_to_the_loop_sooner_than_by_default(
    interval: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[float] = []

    async def operate(_: OperatorSettings) -> None:
        seen.append(sys.getswitchinterval())

    monkeypatch.setattr(main, "operate", operate)
    monkeypatch.setattr("composestack.shell.logs.configure", lambda *_: None)
    main.run(OperatorSettings())

    assert seen[0] <= interval / 5
