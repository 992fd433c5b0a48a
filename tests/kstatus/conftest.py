"""The program, for the session."""

from __future__ import annotations

import pytest

from tests.cluster.toolchain import NoGo
from tests.kstatus.program import Kstatus, build


@pytest.fixture(scope="session")
def kstatus() -> Kstatus:
    """kstatus itself."""
    try:
        return Kstatus(build())
    except NoGo as error:
        pytest.skip(str(error))
