from __future__ import annotations

import pytest

from composestack.compose.canonical.build import build, ssh
from composestack.compose.canonical.expansion import Malformed
from composestack.compose.tree import UNKNOWN, Seq


def test_build() -> None:
    assert build("./a", UNKNOWN) == {"context": "./a"}
    assert build(5, UNKNOWN) == 5


def test_ssh() -> None:
    assert ssh(Seq(["default", "k=./key"]), UNKNOWN) == {"default": None, "k": "./key"}
    with pytest.raises(Malformed) as error:
        ssh(Seq(["default", "k"]), UNKNOWN)
    assert set(error.value.items) == {1}
