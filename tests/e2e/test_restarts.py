"""Who is started again after an exit, and who is not; and what a healthcheck does, and does not."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.e2e.running import Running
from tests.integration.conftest import wait_for


def busybox(script: str, **attributes: Any) -> dict[str, Any]:
    return {"image": "busybox:1.36", "command": ["sh", "-c", script], **attributes}


def restarts(stacks: Running, service: str) -> int:
    """Return how often the container of a service was started again."""
    statuses = [status for pod in stacks.pods("shop", service) for status in pod["status"].get("containerStatuses", ())]
    return sum(status["restartCount"] for status in statuses)


def test_exits_lead_to_what_the_restart_policy_says(stacks: Running) -> None:
    services = {
        "always": busybox("exit 0", restart="always", expose=[80]),
        "once": busybox("echo done", restart="no"),
        "failed": busybox("exit 4", restart="no"),
        "retried": busybox("exit 5", restart="on-failure:1"),
    }
    stacks.apply("shop", {"services": services})

    wait_for(lambda: restarts(stacks, "always") > 0, "the ended one to be started again", timeout=stacks.timeout)
    stacks.kubectl("wait", "--for=condition=Complete", "job/shop-once", "--timeout=60s")
    stacks.kubectl("wait", "--for=condition=Failed", "job/shop-failed", "--timeout=60s")
    stacks.kubectl("wait", "--for=condition=Failed", "job/shop-retried", "--timeout=90s")
    assert stacks.says("job/shop-once") == "done\n"
    assert len(stacks.pods("shop", "failed")) == 1


def test_an_unhealthy_container_gets_no_visitors_and_is_not_restarted(stacks: Running) -> None:
    web = busybox(
        "touch /tmp/fine; exec sleep infinity",
        expose=[80],
        healthcheck={"test": "test -f /tmp/fine", "interval": "1s", "retries": 1},
    )
    stacks.apply("shop", {"services": {"web": web, "unchecked": busybox("exec sleep infinity")}})
    stacks.ready("shop")

    stacks.sh("shop", "web", "rm /tmp/fine")
    stacks.until("shop", lambda ready: ready["status"] != "True", "to be not ready")
    time.sleep(5)  # some more failed checks

    assert restarts(stacks, "web") == 0
    stacks.sh("shop", "web", "touch /tmp/fine")
    stacks.ready("shop")


@pytest.mark.parametrize("check", [{"test": ["NONE"]}, {"test": ["CMD", "false"], "disable": True}])
def test_without_a_healthcheck_a_service_is_ready_when_it_runs(stacks: Running, check: dict[str, Any]) -> None:
    web = busybox("exec sleep infinity", healthcheck=check)
    after = busybox("exec sleep infinity", depends_on=["web"])
    stacks.apply("shop", {"services": {"web": web, "after": after}})

    stacks.ready("shop")
