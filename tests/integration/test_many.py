from __future__ import annotations

from tests.integration.conftest import Stacks, wait_for


def test_twenty_stacks_at_once_converge(stacks: Stacks) -> None:
    for number in range(20):
        services = {f"{name}-{number}": {"image": f"{name}:1", "expose": [80]} for name in ("web", "api", "db")}
        stacks.apply(f"stack-{number}", {"services": services})

    path = '{range .items[*]}{.status.conditions[?(@.type=="Ready")].status} {end}'
    wait_for(
        lambda: stacks.kubectl("get", "composestacks", "-o", f"jsonpath={path}").split() == ["True"] * 20,
        "twenty stacks to be ready",
        lambda: stacks.kubectl("get", "composestacks"),
        timeout=120,
    )
    assert len(stacks.names("deployments")) == 60
