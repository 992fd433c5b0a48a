from __future__ import annotations

from typing import Any

import pytest

from composestack.compose.canonical.reading import Unreadable
from composestack.compose.canonical.values import CONVERSIONS
from composestack.compose.model.base import Form


@pytest.mark.parametrize(
    ("form", "value", "expected"),
    [
        (Form.INTEGER, 2.0, 2),
        (Form.INTEGER, 2.5, 2.5),
        (Form.TRUNCATED, 2.5, 2),
        (Form.TRUNCATED, -2.5, -2),
        (Form.TRUNCATED, "3", 3),
        (Form.UNSIGNED, "3", 3),
        (Form.RETRIES, 2.9, 2),
        (Form.WHOLE, 4e3, 4000),
        (Form.WHOLE, "4", "4"),
        (Form.PRIORITY, -1.5, -1),
        (Form.PRIORITY, "1", "1"),
        (Form.WEIGHT, 10.0, 10),
        (Form.LIMIT, 5, 5),
        (Form.LIMIT, 5.0, 5.0),
        (Form.UMASK, 18.0, 18),
        (Form.UMASK, "1_0", 10),
        (Form.NUMBER, "1_0.5", 10.5),
        (Form.TMPFS_MODE, 493.5, 493),
        (Form.MODE, "+17", 0o17),
        (Form.SIZE, "1_000k", 1_024_000),
        (Form.SIZE, "-0k", 0),
        (Form.ULIMIT, 5, {"soft": 5, "hard": 5, "single": True}),
    ],
)
def test_what_numbers_become(form: Form, value: Any, expected: Any) -> None:
    result = CONVERSIONS[form](value)
    assert (result, type(result)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("form", "value"),
    [
        (Form.BOOLEAN, "maybe"),
        (Form.INTEGER, "1.0"),
        (Form.INTEGER, 2**63),
        (Form.TRUNCATED, 1e300),
        (Form.TRUNCATED, float("nan")),
        (Form.UNSIGNED, -1),
        (Form.RETRIES, -1.0),
        (Form.RETRIES, -0.5),
        (Form.TMPFS_MODE, -0.5),
        (Form.NUMBER, "1__0"),
        (Form.COUNT, 1.0),
        (Form.COUNT, "some"),
        (Form.WEIGHT, "10"),
        (Form.WEIGHT, 2**16),
        (Form.TMPFS_MODE, "0755"),
        (Form.TMPFS_MODE, 2**32),
        (Form.MODE, "0o17"),
        (Form.MODE, "1_0"),
        (Form.MODE, -1),
        (Form.MODE, 1.5),
        (Form.SIZE, "512Mi"),
        (Form.SIZE, 1024.5),
        (Form.SIZE, 2**63),
        (Form.WHOLE_SIZE, 2.0),
        (Form.SIZE_TEXT, "x"),
        (Form.DURATION, "10"),
        (Form.LIMIT, 2**63),
    ],
)
def test_contents_that_mean_nothing(form: Form, value: Any) -> None:
    with pytest.raises(Unreadable):
        CONVERSIONS[form](value)


@pytest.mark.parametrize(
    ("form", "value"),
    [
        (Form.DURATION, 10),
        (Form.SIZE, True),
        (Form.WHOLE_SIZE, 1.5),
        (Form.SIZE_TEXT, 1024),
        (Form.ULIMIT, 5.0),
    ],
)
def test_wrong_types(form: Form, value: Any) -> None:
    with pytest.raises(ValueError) as raised:
        CONVERSIONS[form](value)
    assert not isinstance(raised.value, Unreadable)
