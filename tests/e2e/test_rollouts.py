"""Old and new containers in a rollout: one after the other, or with an overlap; and back, if the new ones fail."""

from __future__ import annotations

from typing import Any

from tests.e2e.running import Running
from tests.integration.conftest import ready_condition

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


DEADLINE = [{"target": {"kind": "Deployment", "name": "web"}, "patch": {"spec": {"progressDeadlineSeconds": 15}}}]
"""Instead of ten minutes."""
SERVE = "mkdir /www; echo one > /www/index.html; exec httpd -f -p 80 -h /www"


def shop(script: str, page: str) -> dict[str, Any]:
    """A shop whose update is undone as a whole if its web server does not start."""
    web = {
        "image": "busybox:1.36",
        "command": ["sh", "-c", script],
        "ports": ["80"],
        "deploy": {"update_config": {"failure_action": "rollback"}},
    }
    static = {"image": "nginx:alpine", "ports": ["80"], "configs": [{"source": "page", "target": PAGE}]}
    return {"services": {"web": web, "static": static}, "configs": {"page": {"content": page}}}


PAGE = "/usr/share/nginx/html/index.html"


def test_an_update_that_fails_is_undone(stacks: Running) -> None:
    stacks.apply("shop", shop(SERVE, "one\n"), patches=DEADLINE)
    stacks.ready("shop")
    assert stacks.page("web") == "one\n"

    stacks.apply("shop", shop("echo no such table; exit 3", "two\n"), patches=DEADLINE)
    status = stacks.until("shop", lambda ready: "runs again" in ready.get("message", ""), "to be rolled back")

    assert ready_condition(status)["reason"] == "RolledBack"
    assert "no such table" in ready_condition(status)["message"]
    assert (stacks.page("web"), stacks.page("static")) == ("one\n", "one\n")
