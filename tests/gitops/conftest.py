"""The tools, for the session, and an operator that looks after what they apply."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.toolchain import NoGo
from tests.gitops import argocd as _argocd
from tests.integration.conftest import definition, operator, stacks

__all__ = ["definition", "operator", "stacks"]


@pytest.fixture(scope="session")
def argocd() -> Path:
    """The program around the code of Argo CD."""
    try:
        return _argocd.build()
    except NoGo as error:
        pytest.skip(str(error))
