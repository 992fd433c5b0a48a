from __future__ import annotations

import pytest

from composestack.compose.canonical.expansion import Malformed
from composestack.compose.canonical.resource import extends, external, gpus, schedule, ulimit
from composestack.compose.tree import UNKNOWN, Map, Seq


def test_the_old_form_of_external() -> None:
    assert external(Map([("external", Map([("name", "a")]))]), UNKNOWN) == {"external": True, "name": "a"}
    assert external(Map([("external", True)]), UNKNOWN) == {"external": True}
    for wrong in (Map([("name", "b")]), Map()):
        wrong["external"] = Map([("name", "a"), ("driver", "x")] if not wrong else [("name", "a")])
        with pytest.raises(Malformed):
            external(wrong, UNKNOWN)


def test_a_limit_is_a_number_or_both() -> None:
    assert ulimit(5, UNKNOWN) == 5
    for wrong in (True, "5", 5.0, Seq([5])):
        with pytest.raises(Malformed, match="must be a whole number, or a mapping"):
            ulimit(wrong, UNKNOWN)


def test_words() -> None:
    assert gpus("all", UNKNOWN) == [{"count": "all"}]
    assert gpus("some", UNKNOWN) == "some"
    assert extends("base", UNKNOWN) == {"service": "base"}
    assert schedule("@daily", UNKNOWN) == {"cron": "@daily"}
