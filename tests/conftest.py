"""One operator for the session: two in one cluster would take turns to lead."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster.client import Client
from tests.cluster.plugin import Kubectl
from tests.integration.conftest import ROOT, Operator, Stacks


@pytest.fixture(scope="session")
def definition(kubectl: Kubectl) -> None:
    """The CustomResourceDefinition, served."""
    kubectl("apply", "--server-side", "-f", str(ROOT / "crds" / "composestacks.yaml"))
    kubectl("wait", "--for=condition=Established", "crd/composestacks.composestack.io", "--timeout=30s")


@pytest.fixture(scope="session")
def operator(cluster: Client, definition: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """The operator of this session."""
    operator = Operator(cluster.kubeconfig, tmp_path_factory.mktemp("operator") / "log")
    operator.start()
    yield operator
    operator.stop()


@pytest.fixture
def stacks(operator: Operator, kubectl: Kubectl, namespace: str) -> Stacks:
    """The stacks of a new namespace."""
    return Stacks(kubectl, namespace)
