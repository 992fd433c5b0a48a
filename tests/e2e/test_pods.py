"""Services that share a network are containers of one pod."""

from __future__ import annotations

from tests.e2e.running import Running

COMPOSE = """
services:
  gateway:
    image: busybox:1.36
    command: ["sh", "-c", "mkdir /www; echo gateway > /www/index.html; exec httpd -f -p 127.0.0.1:7000 -h /www"]
  guest:
    image: busybox:1.36
    network_mode: service:gateway
    command: ["sh", "-c", "mkdir /www; echo guest > /www/index.html; exec httpd -f -p 8000 -h /www"]
    expose: [8000]
"""


def test_a_guest_has_the_network_of_its_host_and_files_of_its_own(stacks: Running) -> None:
    stacks.apply("net", COMPOSE)
    stacks.ready("net")

    [pod] = stacks.kubectl("get", "pods", "-o", "name").split()

    def guest(script: str) -> str:
        return stacks.kubectl("exec", pod, "-c", "guest", "--", "sh", "-c", script)

    assert guest("wget -q -O - http://127.0.0.1:7000/") == "gateway\n"
    assert guest("cat /www/index.html") == "guest\n"
    assert stacks.page("gateway", port=8000) == "guest\n"
