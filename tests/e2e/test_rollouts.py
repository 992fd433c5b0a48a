"""Old and new containers in a rollout: one after the other, or with an overlap."""

from __future__ import annotations

from typing import Any

from tests.e2e.running import Running

SCRIPT = "echo $$VERSION begins; trap 'sleep 1; echo $$VERSION ends; exit 0' TERM; while :; do sleep 0.1; done"


def service(version: str, **update: str) -> dict[str, Any]:
    log = f"exec >> /log/all; {SCRIPT}"
    return {
        "image": "busybox:1.36",
        "command": ["sh", "-c", log],
        "environment": {"VERSION": version},
        "volumes": ["log:/log"],
        "healthcheck": {"test": "grep -q $$VERSION /log/all", "interval": "1s"},
        "deploy": {"update_config": update},
    }


def rolled_out(stacks: Running, order: str) -> list[str]:
    """Replace version one with version two and return what both wrote down."""
    witness = {"image": "busybox:1.36", "command": "sleep infinity", "volumes": ["log:/log"]}
    for version in ("one", "two"):
        services = {"app": service(version, order=order), "witness": witness}
        stacks.apply("app", {"services": services, "volumes": {"log": {}}})
        stacks.ready("app")
    seen = stacks.sh("app", "witness", "until grep -q 'one ends' /log/all; do sleep 0.2; done; cat /log/all")
    return seen.splitlines()


def test_stop_first_has_no_overlap(stacks: Running) -> None:
    assert rolled_out(stacks, "stop-first") == ["one begins", "one ends", "two begins"]


def test_start_first_has_the_new_one_ready_before_the_old_one_ends(stacks: Running) -> None:
    assert rolled_out(stacks, "start-first") == ["one begins", "two begins", "one ends"]
