from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import ValidationError

from composestack.translate.extension.native import LabelKey, LabelValue, Native, ObjectName


class Inner(Native):
    match_labels: dict[LabelKey, LabelValue] | None = None


class Outer(Native):
    some_name: ObjectName | None = None
    ports: tuple[Annotated[int, "number"], ...] = ()
    inner: Inner | None = None


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"inner": {}},
        {"ports": []},
        {"someName": "a.b", "ports": [1, 2], "inner": {"matchLabels": {"example.com/a": "", "b": "C"}}},
    ],
)
def test_what_is_written_is_what_is_applied(written: object) -> None:
    assert Outer.model_validate(written).manifest() == written


@pytest.mark.parametrize(
    "written",
    [
        {"some_other": 1},
        {"someName": "A_b"},
        {"inner": {"matchLabels": {"a/b/c": "x"}}},
        {"inner": {"matchLabels": {"a": "no value"}}},
    ],
)
def test_what_the_api_server_would_refuse(written: object) -> None:
    with pytest.raises(ValidationError):
        Outer.model_validate(written)
