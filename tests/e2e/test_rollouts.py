"""Old and new containers in a rollout: one after the other, or with an overlap."""

from __future__ import annotations

from typing import Any

from tests.e2e.running import Running

WRITE = 'redis-cli -h log rpush log "$$VERSION'
SCRIPT = f"""
until redis-cli -h log ping; do sleep 0.2; done
{WRITE} begins"; touch /tmp/up
trap 'sleep 1; {WRITE} ends"; exit 0' TERM
while :; do sleep 0.1; done
"""


def service(version: str, order: str) -> dict[str, Any]:
    return {
        "image": "redis:alpine",
        "command": ["sh", "-c", SCRIPT],
        "environment": {"VERSION": version},
        "expose": [80],
        "healthcheck": {"test": "test -f /tmp/up", "interval": "1s"},
        "deploy": {"update_config": {"order": order}},
    }


def rolled_out(stacks: Running, order: str) -> list[str]:
    """Replace version one with version two and return what both wrote down."""
    for version in ("one", "two"):
        stacks.apply("app", {"services": {"app": service(version, order), "log": {"image": "redis:alpine"}}})
        stacks.ready("app")
    read = "redis-cli lrange log 0 -1"
    return stacks.sh("app", "log", f"until {read} | grep -q 'one ends'; do sleep 0.2; done; {read}").splitlines()


def test_stop_first_has_no_overlap(stacks: Running) -> None:
    assert rolled_out(stacks, "stop-first") == ["one begins", "one ends", "two begins"]


def test_start_first_has_the_new_one_ready_before_the_old_one_ends(stacks: Running) -> None:
    assert rolled_out(stacks, "start-first") == ["one begins", "two begins", "one ends"]
