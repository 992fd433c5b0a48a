"""Trials, each in a namespace of its own, and room for several at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from uuid import uuid4

import pytest

from tests.cluster.cluster import Cluster
from tests.cluster.plugin import leave_out
from tests.faults.api import Api
from tests.faults.nursery import Nursery
from tests.faults.trial import Trial
from tests.kstatus.conftest import kstatus

__all__ = ["kstatus"]

HERE = Path(__file__).parent
Begin = Callable[[], AbstractContextManager[Trial]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--campaign",
        metavar="N",
        type=int,
        default=0,
        help="run the long fault tests too, and have those that count their tries try this often",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "campaign: takes minutes; runs with --campaign only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    mine = [item for item in items if HERE in item.path.parents]
    for item in mine:
        item.add_marker("faults")
    if not config.getoption("--campaign", default=0):
        leave_out(config, items, [item for item in mine if item.get_closest_marker("campaign")])


@pytest.fixture(scope="session")
def campaign(request: pytest.FixtureRequest) -> int:
    """How often to try; 0: as often as fits into the default suite."""
    return int(request.config.getoption("--campaign", default=0))


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Print a line that passes pytest's capture: how much was tried."""
    capture = request.config.pluginmanager.get_plugin("capturemanager")

    def line(text: str) -> None:
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            print(f"\n{text}", flush=True)

    return line


@pytest.fixture(scope="session")
def api(embedded: Cluster) -> Api:
    return Api(embedded)


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


@pytest.fixture(scope="module")
def begin(api: Api, nursery: Nursery, definition: None, tmp_path_factory: pytest.TempPathFactory) -> Begin:
    """Begin a trial: a new namespace and a proxy; the operator is not started yet."""
    tmp_path_factory.getbasetemp()  # made now, since trials begin in several threads

    @contextmanager
    def trial() -> Iterator[Trial]:
        namespace = f"fault-{uuid4().hex[:8]}"
        api.request("POST", "/api/v1/namespaces", {"metadata": {"name": namespace}})
        trial = Trial(api, nursery, namespace, tmp_path_factory.mktemp(namespace))
        trial.proxy.start()
        try:
            yield trial
        finally:
            trial.kill()
            trial.proxy.stop()
            api.request("DELETE", f"/api/v1/namespaces/{namespace}")

    return trial


@pytest.fixture
def trial(begin: Begin) -> Iterator[Trial]:
    """A trial of the test's own."""
    with begin() as trial:
        yield trial
