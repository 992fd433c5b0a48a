"""What runs before a service, and what runs by the clock."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from tests.integration.conftest import Stacks, wait_for

WEB = """
services:
  web:
    image: acme/web:{version}
    pre_start:
      - command: migrate
      - {{command: seed}}
      - {{command: prepare, per_replica: true}}
"""


def time_of(stacks: Stacks, kind: str, name: str, *path: str) -> datetime:
    found = stacks.get(kind, name)
    for step in path:
        found = found[step]
    return datetime.fromisoformat(str(found))


def test_a_service_is_created_when_its_steps_have_completed_one_by_one(stacks: Stacks) -> None:
    stacks.apply("shop", WEB.format(version=1))

    status = stacks.ready("shop")

    assert [service["name"] for service in status["services"]] == ["web"]
    assert stacks.names("jobs") == ["shop-web-pre-0", "shop-web-pre-1"]
    first_done = time_of(stacks, "job", "shop-web-pre-0", "status", "completionTime")
    second_done = time_of(stacks, "job", "shop-web-pre-1", "status", "completionTime")
    assert first_done <= time_of(stacks, "job", "shop-web-pre-1", "metadata", "creationTimestamp")
    assert second_done <= time_of(stacks, "deployment", "shop-web", "metadata", "creationTimestamp")
    template = stacks.get("deployment", "shop-web")["spec"]["template"]["spec"]
    assert [each["name"] for each in template["initContainers"]] == ["web-pre-2"]


def test_steps_run_again_for_another_version_only(stacks: Stacks) -> None:
    stacks.apply("shop", WEB.format(version=1))
    stacks.ready("shop")
    before = [stacks.get("job", name)["metadata"]["uid"] for name in stacks.names("jobs")]

    stacks.apply("shop", WEB.format(version=1) + "    scale: 2\n")
    stacks.ready("shop")
    assert [stacks.get("job", name)["metadata"]["uid"] for name in stacks.names("jobs")] == before

    stacks.apply("shop", WEB.format(version=2))
    stacks.ready("shop")
    after = [stacks.get("job", name)["metadata"]["uid"] for name in stacks.names("jobs")]
    assert len(after) == 2 and not {*before} & {*after}
    assert stacks.get("deployment", "shop-web")["spec"]["template"]["spec"]["containers"][0]["image"] == "acme/web:2"


def test_a_running_service_stays_as_it_is_while_a_step_of_its_new_version_does_not_complete(stacks: Stacks) -> None:
    stacks.apply("shop", "services: {web: {image: 'acme/web:1'}}")
    stacks.ready("shop")

    stacks.apply(
        "shop", "services: {web: {image: 'acme/web:2', pre_start: [{command: migrate, platform: linux/none}]}}"
    )

    def waits() -> bool:
        (service,) = stacks.get("composestack", "shop")["status"]["services"]
        return (service["state"], service.get("message")) == ("Waiting", "waits for Job/shop-web-pre-0")

    wait_for(waits, "the service to wait for its step")
    assert stacks.get("deployment", "shop-web")["spec"]["template"]["spec"]["containers"][0]["image"] == "acme/web:1"


def test_a_cron_job_makes_jobs(stacks: Stacks) -> None:
    stacks.apply(
        "shop",
        {
            "services": {"web": {"image": "web"}},
            "jobs": {
                "nightly": {"image": "acme/backup", "triggers": {"schedule": ["* * * * *"]}},
                "repair": {"image": "acme/repair", "triggers": {"manual": True}},
            },
        },
    )

    status = stacks.ready("shop")

    assert [(each["name"], each["kind"], each["state"]) for each in status["services"]] == [
        ("nightly", "CronJob", "Scheduled"),
        ("repair", "CronJob", "Scheduled"),
        ("web", "Deployment", "Running"),
    ]
    stacks.kubectl("create", "job", "by-hand", "--from=cronjob/shop-repair")
    wait_for(lambda: stacks.get("job", "by-hand").get("status", {}).get("succeeded") == 1, "the run by hand")

    late = (datetime.now(UTC) - timedelta(minutes=2)).isoformat(timespec="seconds").replace("+00:00", "Z")
    once = json.dumps({"status": {"lastScheduleTime": late}})  # as if it had run then, so that its time has come
    stacks.kubectl("patch", "cronjob", "shop-nightly", "--subresource=status", "--type=merge", "--patch", once)

    def ran() -> bool:
        return "lastSuccessfulTime" in stacks.get("cronjob", "shop-nightly").get("status", {})

    wait_for(ran, "the first run by the clock")
    assert stacks.ready("shop")["observedGeneration"] == 1
