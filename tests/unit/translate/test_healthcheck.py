from __future__ import annotations

import pytest

from composestack.compose.model import Healthcheck
from composestack.translate.healthcheck import SECOND, patience, seconds


@pytest.mark.parametrize(
    ("duration", "expected"), [(None, 30), (0, 30), (1, 1), (SECOND, 1), (1_500_000_000, 2), (90 * SECOND, 90)]
)
def test_durations_are_whole_seconds(duration: int | None, expected: int) -> None:
    assert seconds(duration, 30) == expected


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        (None, 0),
        (Healthcheck(test=("NONE",)), 0),
        (Healthcheck(test=("CMD", "true"), disable=True), 0),
        (Healthcheck(test=("CMD", "true")), 180),
        (Healthcheck(test=("CMD", "true"), interval=SECOND, timeout=SECOND, retries=2, start_period=60 * SECOND), 64),
    ],
)
def test_an_unhealthy_container_is_known_after_all_probes_have_failed(check: Healthcheck | None, expected: int) -> None:
    assert patience(check) == expected
