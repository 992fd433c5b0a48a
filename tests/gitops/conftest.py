"""The tools, for the session, and an operator that looks after what they apply."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.plugin import leave_out
from tests.cluster.toolchain import NoGo
from tests.gitops import argocd as argo
from tests.gitops import flux as controllers

HERE = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--flux", action="store_true", help="run the tests with Flux too; it is built first, in minutes")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "flux: needs the controllers of Flux; runs with --flux only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--flux", default=False):
        mine = (item for item in items if HERE in item.path.parents)
        leave_out(config, items, [item for item in mine if item.get_closest_marker("flux")])


@pytest.fixture(scope="session")
def argocd() -> Path:
    """The program around the code of Argo CD."""
    try:
        return argo.build()
    except NoGo as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def flux() -> controllers.Flux:
    """The controllers of Flux."""
    try:
        return controllers.build()
    except NoGo as error:
        pytest.skip(str(error))
