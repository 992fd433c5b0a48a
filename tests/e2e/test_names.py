"""Services find each other by every name that Docker's DNS would know."""

from __future__ import annotations

import pytest

from tests.e2e.running import Running

COMPOSE = """
services:
  client: {image: "busybox:1.36", command: sleep infinity, environment: {API: "http://front_end:7000/"}}
  silent:
    image: busybox:1.36
    command: &serve ["sh", "-c", "mkdir /www; echo I am $$NAME > /www/index.html; exec httpd -f -p 7000 -h /www"]
    environment: {NAME: silent}
  front_end:
    image: busybox:1.36
    command: *serve
    environment: {NAME: front_end}
    expose: [7000]
  named:
    image: busybox:1.36
    command: *serve
    environment: {NAME: named}
    container_name: legacy-name
    expose: [7000]
    networks: {default: {aliases: [nickname]}}
  published:
    image: busybox:1.36
    command: *serve
    environment: {NAME: published}
    ports: ["8080:7000"]
"""
FETCH = "for i in $(seq 20); do wget -q -O - http://{address}/ && exit 0; sleep 0.5; done; exit 1"


def test_every_name_leads_to_its_service(stacks: Running, subtests: pytest.Subtests) -> None:
    stacks.apply("names", COMPOSE)
    stacks.ready("names")
    found = {
        "silent:7000": "silent",  # without any port in the file
        "named:7000": "named",
        "legacy-name:7000": "named",
        "nickname:7000": "named",
        "published:7000": "published",  # inside, a service has its own port, whatever it is published as
    }
    for address, name in found.items():
        with subtests.test(address):
            assert stacks.sh("names", "client", FETCH.format(address=address)) == f"I am {name}\n"
    with subtests.test("a name with an underscore"):  # DNS has none, so the address is another one
        assert stacks.sh("names", "client", 'wget -q -O - "$API"') == "I am front_end\n"


def test_a_name_that_nobody_has_is_unknown_at_once(stacks: Running) -> None:
    stacks.apply("names", {"services": {"client": {"image": "busybox:1.36", "command": "sleep infinity"}}})
    stacks.ready("names")

    said = stacks.sh("names", "client", "wget -q http://nobody/ 2>&1; true")

    assert "bad address" in said
