"""One operator for the session: two in one cluster would take turns to lead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.client import Client
from tests.cluster.plugin import Helm, Kubectl
from tests.integration.conftest import ROOT, Operator, Stacks
from tests.integration.rights import chart_rights


@pytest.fixture(scope="session")
def definition(kubectl: Kubectl) -> None:
    """The CustomResourceDefinition, served."""
    kubectl("apply", "--server-side", "-f", str(ROOT / "crds" / "composestacks.yaml"))
    kubectl("wait", "--for=condition=Established", "crd/composestacks.composestack.io", "--timeout=30s")


@pytest.fixture(scope="session")
def rights(cluster: Client, helm: Helm, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kubeconfig of an account that may do what the chart lets the operator do, and nothing else."""
    return chart_rights(cluster, helm, tmp_path_factory.mktemp("rights"))


@pytest.fixture(scope="session")
def operator(rights: Path, definition: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """The operator of this session."""
    operator = Operator(rights, tmp_path_factory.mktemp("operator") / "log")
    operator.start()
    yield operator
    operator.stop()


@pytest.fixture
def stacks(operator: Operator, kubectl: Kubectl, namespace: str) -> Stacks:
    """The stacks of a new namespace."""
    return Stacks(kubectl, namespace)
