from __future__ import annotations

import pytest

from composestack.compose.model import Port, Project, Service
from composestack.translate.kompose.host_ports import DOCUMENTED, READ, problems, with_host_ports


def modes(labels: dict[str, str]) -> list[str]:
    web = Service(name="web", labels=labels, ports=(Port(target=80), Port(target=81)))
    db = Service(name="db", ports=(Port(target=5432),))
    project = with_host_ports(Project(name="shop", services={"web": web, "db": db}))
    assert [port.mode for port in project.services["db"].ports] == ["ingress"]
    return [port.mode for port in project.services["web"].ports]


@pytest.mark.parametrize("labels", [{READ: "true"}, {DOCUMENTED: " True"}, {READ: "true", DOCUMENTED: "false"}])
def test_all_ports_are_those_of_the_node(labels: dict[str, str]) -> None:
    assert modes(labels) == ["host", "host"]


@pytest.mark.parametrize("labels", [{}, {READ: "false"}, {READ: "false", DOCUMENTED: "true"}, {READ: "1"}])
def test_ports_stay_as_they_are(labels: dict[str, str]) -> None:
    assert modes(labels) == ["ingress", "ingress"]


def test_what_is_neither_true_nor_false_is_refused() -> None:
    found = problems(Service(name="web", labels={READ: "1", DOCUMENTED: "no"}))
    assert [problem.path for problem in found] == [f"services.web.labels.{READ}", f"services.web.labels.{DOCUMENTED}"]
