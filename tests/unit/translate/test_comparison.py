from __future__ import annotations

import pytest

from composestack.translate import comparison
from composestack.translate.comparison import DROPPED, REJECTED, RESOLVED, by_kompose
from composestack.translate.explanation import explanations


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("services.*.shm_size", DROPPED),
        ("services.*.depends_on.*.condition", DROPPED),
        ("services.*.build", "only with --build local"),
        ("services.*.build.args", "only with --build local"),
        ("services.*.networks.*.aliases", DROPPED),
        ("services.*.extends", RESOLVED),
        ("services.*.pre_start[].image", REJECTED),
        ("jobs.*.triggers.manual", REJECTED),
        ("services.*.x-kubernetes.autoscale.max", ""),
        ("x-kubernetes.publish.type", ""),
    ],
)
def test_by_kompose(path: str, expected: str) -> None:
    assert by_kompose(path) == expected


def test_no_line_is_about_an_attribute_that_nobody_has() -> None:
    known = {each.path for each in explanations()}
    lines = {*comparison._KOMPOSE, *comparison._UNKNOWN}

    assert {line for line in lines if not any(path.startswith(line) for path in known)} == set()
