"""How a container's processes run and end."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.e2e.running import Running
from tests.integration.conftest import wait_for


def busybox(script: str = "exec sleep infinity", **attributes: Any) -> dict[str, Any]:
    return {"image": "busybox:1.36", "command": ["sh", "-c", script], **attributes}


SERVICES = {
    "locked": busybox(read_only=True, tmpfs=["/run/scratch:size=1m"], shm_size="8m"),
    "person": busybox(user="1234:5678", group_add=["4321"]),
    "capable": busybox(cap_drop=["ALL"], cap_add=["CHOWN"]),
    "tuned": busybox(sysctls={"net.ipv4.ip_unprivileged_port_start": "80"}, hostname="tuned-host"),
    "buried": busybox("(sleep 1 &); exec sleep infinity", init=True),
    "unburied": busybox("(sleep 1 &); exec sleep infinity"),
}


@pytest.fixture
def process(stacks: Running) -> Running:
    stacks.apply("process", {"services": SERVICES})
    stacks.ready("process")
    return stacks


def test_processes_have_what_compose_gives_them(process: Running, subtests: pytest.Subtests) -> None:
    def sh(service: str, script: str) -> str:
        return process.sh("process", service, f"{script} 2>&1; true").strip()

    with subtests.test("read_only"):
        assert "Read-only" in sh("locked", "touch /etc/x")
    with subtests.test("tmpfs"):
        assert sh("locked", "touch /run/scratch/x && echo written") == "written"
        assert sh("locked", "df -m /run/scratch | awk 'END {print $2}'") == "1"
    with subtests.test("shm_size"):
        assert sh("locked", "df -m /dev/shm | awk 'END {print $2}'") == "8"
    with subtests.test("user and group_add"):
        assert sh("person", "id -u; id -G").split() == ["1234", "5678", "4321"]
    with subtests.test("capabilities"):
        assert sh("capable", "grep CapEff /proc/1/status").split()[1] == "0000000000000001"
    with subtests.test("sysctls"):
        assert sh("tuned", "cat /proc/sys/net/ipv4/ip_unprivileged_port_start") == "80"
    with subtests.test("hostname"):
        assert sh("tuned", "hostname") == "tuned-host"
    with subtests.test("init"):
        zombies = "sleep 2; ps -o stat | grep -c Z"
        assert (sh("buried", zombies), sh("unburied", zombies)) == ("0", "1")


GRACEFUL = """trap 'sleep 2; echo said goodbye > /data/word; exit 0' TERM; while :; do sleep 0.1; done"""


def test_a_program_has_its_grace_period_to_end(stacks: Running) -> None:
    volume: dict[str, Any] = {"volumes": ["data:/data"]}
    reader = busybox(**volume)
    graceful, stubborn = (
        busybox(GRACEFUL, **volume),
        busybox("trap '' TERM; while :; do sleep 1; done", stop_grace_period="1s"),
    )
    stacks.apply(
        "end", {"services": {"reader": reader, "graceful": graceful, "stubborn": stubborn}, "volumes": {"data": {}}}
    )
    stacks.ready("end")

    stacks.apply("end", {"services": {"reader": reader}, "volumes": {"data": {}}})
    began = time.monotonic()
    wait_for(lambda: not stacks.pods("end", "stubborn"), "the stubborn one to be killed", timeout=stacks.timeout)
    assert time.monotonic() - began < 25  # of its own period, and not Kubernetes' 30 s

    wait_for(lambda: not stacks.pods("end", "graceful"), "the graceful one to end", timeout=stacks.timeout)
    assert stacks.sh("end", "reader", "cat /data/word") == "said goodbye\n"


LISTENING = """
for signal in TERM QUIT USR1; do trap "echo $$signal > /data/$$NAME; exit 0" $$signal; done
touch /tmp/listening; while :; do sleep 0.1; done
"""


def test_the_signal_to_stop_is_that_of_the_image_and_another_one_is_noticed(stacks: Running) -> None:
    def listener(name: str, **attributes: Any) -> dict[str, Any]:
        check = {"test": "test -f /tmp/listening", "interval": "1s"}
        return busybox(LISTENING, environment={"NAME": name}, volumes=["data:/data"], healthcheck=check, **attributes)

    reader = busybox(volumes=["data:/data"])
    listeners = {
        "plain": listener("plain"),
        "told": listener("told", stop_signal="SIGUSR1"),
        "nginx": {**listener("nginx"), "image": "nginx:alpine"},  # its STOPSIGNAL is SIGQUIT
    }
    stacks.apply("end", {"services": {"reader": reader, **listeners}, "volumes": {"data": {}}})
    status = stacks.ready("end")
    assert [notice["path"] for notice in status["notices"] if "SIGUSR1" in notice["message"]] == [
        "services.told.stop_signal"
    ]

    stacks.apply("end", {"services": {"reader": reader}, "volumes": {"data": {}}})

    def word(name: str) -> str:
        return stacks.sh("end", "reader", f"cat /data/{name} 2>/dev/null; true").strip()

    wait_for(lambda: all(map(word, listeners)), "all to be stopped", timeout=stacks.timeout)
    assert {name: word(name) for name in listeners} == {"plain": "TERM", "told": "TERM", "nginx": "QUIT"}
