"""One node and one operator for the session, and stacks whose containers run, by the name of their namespace.

With `--cluster=DIRECTORY`, the node is one that runs already: `python -m tests.e2e.node start --state DIRECTORY`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.cluster.client import Client
from tests.cluster.plugin import Kubectl, leave_out, terminal
from tests.e2e.images.catalog import CATALOG
from tests.e2e.images.debian import NoPackages
from tests.e2e.images.image import Image
from tests.e2e.images.operator import operator as operator_archive
from tests.e2e.node.node import Node
from tests.e2e.node.requirements import missing
from tests.e2e.running import Running
from tests.integration.conftest import Operator

HERE = Path(__file__).parent

POLICY = '{"capabilities": ["NET_ADMIN"], "patches": true}'
"""What the admin of this cluster allows beyond the default."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "e2e: runs containers on a real node; `make e2e` does")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    mine = [item for item in items if HERE in item.path.parents]
    for item in mine:
        item.add_marker("e2e")
    if config.args_source is not pytest.Config.ArgsSource.ARGS:  # a lane of its own, run when it is named
        leave_out(config, items, mine)
    # What needs this machine's network comes first: that of the session's node takes its place.
    items.sort(key=lambda item: "operator_image" not in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def images(request: pytest.FixtureRequest) -> Mapping[str, Image]:
    """The images of the catalog by name. Packages are fetched now: the node's network leads nowhere."""
    if reason := missing():
        pytest.skip(f"no node can run here; missing: {reason}")
    terminal(request.config)("fetching the packages of images, unless they are in the cache")
    try:
        return {name: make() for name, make in CATALOG.items()}
    except NoPackages as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def operator_image(request: pytest.FixtureRequest, images: Mapping[str, Image]) -> Path:
    """An archive of the image that the Dockerfile makes."""
    if shutil.which("buildah") is None:
        pytest.skip("nothing can execute a Dockerfile here; missing: apt-get install --no-install-recommends buildah")
    terminal(request.config)("executing the Dockerfile, unless its image is in the cache (a minute)")
    return operator_archive()


@pytest.fixture(scope="session")
def node(
    request: pytest.FixtureRequest, images: Mapping[str, Image], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Node]:
    """The node of this session. What tests start uses its network."""
    chosen: str = request.config.getoption("--cluster")
    running = chosen != "embedded"
    node = Node(Path(chosen) if running else tmp_path_factory.mktemp("node"))
    try:
        node.start(owned=True, report=terminal(request.config))
        with node.sandbox.network():
            yield node
    finally:
        if not running:
            node.stop()


@pytest.fixture(scope="session")
def cluster(node: Node) -> Client:
    """The control plane, in the place of one with played nodes."""
    return node.cluster


@pytest.fixture(scope="session")
def operator(cluster: Client, definition: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """The operator of this session, in the network of the node."""
    operator = Operator(
        cluster.kubeconfig, tmp_path_factory.mktemp("operator") / "log", policy=POLICY, show_logs="true"
    )
    operator.start()
    yield operator
    operator.stop()


@pytest.fixture
def stacks(node: Node, images: Mapping[str, Image], operator: Operator, kubectl: Kubectl, namespace: str) -> Running:
    """The stacks of a new namespace."""
    return Running(node, images, kubectl, namespace)
