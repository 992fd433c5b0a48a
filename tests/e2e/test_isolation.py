"""Who reaches whom, where NetworkPolicies are enforced: those on one network, and all what is published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.isolation.enforcer import enforced
from tests.e2e.node.node import Node
from tests.e2e.running import Running

SERVE = "mkdir /www; echo $$NAME > /www/index.html; httpd -p 7000 -h /www; exec httpd -f -p 7001 -h /www"


def server(name: str, *networks: str, **attributes: Any) -> dict[str, Any]:
    """A web server at two ports that says its name."""
    run = {"image": "busybox:1.36", "command": ["sh", "-c", SERVE], "environment": {"NAME": name}}
    return {**run, "expose": [7000, 7001], **({"networks": [*networks]} if networks else {}), **attributes}


SHOP = {
    "services": {
        "proxy": server("proxy", "front", ports=["8080:7000"]),
        "api": server("api", "front", "back"),
        "database": server("database", "back"),
        "hermit": server("hermit", network_mode="none"),
    },
    "networks": {"front": {}, "back": {"internal": True}},
}
OTHER = {"services": {"stranger": server("stranger", ports=["8081:7000"])}}
REACHED = {
    "proxy": ["api:7000", "stranger:7000"],
    "api": ["proxy:7001", "database:7001", "stranger:7000"],
    "database": ["api:7000"],  # an internal network has no way out, not even to what is published
    "stranger": ["proxy:7000"],
    "hermit": ["127.0.0.1:7000"],
}
NOT_REACHED = {
    "proxy": ["database:7000", "stranger:7001", "hermit:7000"],
    "api": ["hermit:7000"],
    "database": ["proxy:7000", "stranger:7000"],
    "stranger": ["proxy:7001", "api:7000", "database:7000"],
    "hermit": ["proxy:7000"],
}


@pytest.fixture(scope="module", autouse=True)
def policies(node: Node) -> Iterator[None]:
    with enforced(node):
        yield


def page(stacks: Running, who: str, address: str, *, tries: int) -> str:
    """Return what a service gets from an address; nothing if nobody answers."""
    fetch = f"timeout 2 wget -q -O - http://{address}/ 2>/dev/null && break || sleep 0.5"
    return stacks.sh("other" if who == "stranger" else "shop", who, f"for i in $(seq {tries}); do {fetch}; done")


def test_services_reach_those_on_their_networks_and_what_is_published(
    stacks: Running, subtests: pytest.Subtests
) -> None:
    stacks.apply("shop", SHOP)
    stacks.apply("other", OTHER)
    stacks.ready("shop")
    stacks.ready("other")

    for who, addresses in REACHED.items():
        for address in addresses:
            with subtests.test(f"{who} reaches {address}"):
                whom = address.partition(":")[0].replace("127.0.0.1", who)
                assert page(stacks, who, address, tries=20) == f"{whom}\n"
    for who, addresses in NOT_REACHED.items():
        for address in addresses:
            with subtests.test(f"{who} does not reach {address}"):
                assert page(stacks, who, address, tries=1) == ""


def test_without_policies_everybody_reaches_everybody_else(stacks: Running) -> None:
    open_to_all = {**SHOP, "services": {"proxy": server("proxy", "front"), "database": server("database", "back")}}
    stacks.apply("shop", open_to_all, networkPolicy="Off")
    stacks.ready("shop")

    assert page(stacks, "proxy", "database:7000", tries=20) == "database\n"
