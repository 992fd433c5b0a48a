from __future__ import annotations

from pathlib import Path

import pytest

from composestack.api.v1alpha1 import ComposeStackSpec
from composestack.compose.problems import InvalidCompose
from composestack.compose.source import ProjectFiles
from composestack.reconcile.render import MAX_SERVICES, render
from composestack.translate.plan import Plan
from composestack.translate.policy import Policy

PAGE = Path(__file__).parents[3] / "docs" / "limits.md"


def rendered(services: int, *, active: int) -> Plan:
    """Render an application, the rest of whose services has a profile that is not on."""
    lines = [f"s{n}: {{image: a{'' if n < active else ', profiles: [off]'}}}" for n in range(services)]
    return render("shop", ComposeStackSpec(compose=f"services: {{{', '.join(lines)}}}"), ProjectFiles({}), Policy())


def test_as_many_services_as_a_status_can_name() -> None:
    assert len(rendered(MAX_SERVICES + 1, active=MAX_SERVICES).services) == MAX_SERVICES
    assert f"at most {MAX_SERVICES:,} services" in PAGE.read_text()


@pytest.mark.parametrize(
    ("active", "message"),
    [(0, "no service is active; activate"), (MAX_SERVICES + 1, f"{MAX_SERVICES + 1} services are active; a stack has")],
)
def test_more_or_none_are_no_stack(active: int, message: str) -> None:
    with pytest.raises(InvalidCompose, match=message) as raised:
        rendered(MAX_SERVICES + 1, active=active)
    assert [problem.path for problem in raised.value.problems] == ["services"]
