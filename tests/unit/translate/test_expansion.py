from __future__ import annotations

from typing import Any

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Job, Mount, PreStartHook, Project, Service
from composestack.compose.model.job import Schedule, Triggers
from composestack.compose.problems import Notice
from composestack.translate.expansion import INHERITED, Expansion, Origin, as_written, expansion, steps
from composestack.translate.extension.service import ServiceSettings
from composestack.translate.refusal import Refusal

DATA = Mount(type="volume", source="data", target="/data")
SCRATCH = Mount(type="tmpfs", target="/scratch")
ANONYMOUS = Mount(type="volume", target="/cache")


def expanded(hook: PreStartHook | None = None, *, jobs: tuple[Job, ...] = (), **attributes: Any) -> Expansion:
    web = Service(name="web", pre_start=(hook,) if hook else (), **{"image": "acme/web", **attributes})
    return expansion(
        Project(name="shop", services={"web": web}, jobs={job.name: job for job in jobs}), {"web": "web:2"}
    )


def step(found: Expansion) -> Service:
    (name,) = found.origins
    return found.project.services[name]


def test_without_steps_and_jobs_a_project_stays_as_it_is() -> None:
    project = Project(name="shop", services={"web": Service(name="web")})

    assert expansion(project, {}) == Expansion(project, {})


def test_a_step_is_a_service_that_runs_once_and_has_no_name_in_the_network() -> None:
    found = expanded(PreStartHook(command=("migrate",), image="acme/web"))

    assert found.origins == {"web.pre-0": Origin("services.web.pre_start[0]", "web", inside=False)}
    made = step(found)
    assert (made.name, made.command, made.restart) == ("web.pre-0", ("migrate",), "no")


def test_the_image_of_a_service_is_replaced_for_its_steps_but_not_one_of_their_own() -> None:
    assert step(expanded(PreStartHook(image="acme/web"))).image == "web:2"
    assert step(expanded(PreStartHook(image="acme/fix"))).image == "acme/fix"


def test_a_step_that_runs_once_does_not_mount_what_only_one_replica_has() -> None:
    mounts = (DATA, SCRATCH, ANONYMOUS)

    assert step(expanded(PreStartHook(), volumes=mounts)).volumes == (DATA,)
    assert step(expanded(PreStartHook(per_replica=True), volumes=mounts)).volumes == mounts


def test_the_mounts_of_a_step_go_before_those_of_its_service() -> None:
    own = DATA.filled(source="other")

    assert step(expanded(PreStartHook(volumes=(own,)), volumes=(DATA,))).volumes == (own,)


def test_a_step_of_a_guest_runs_in_its_pod() -> None:
    found = expanded(PreStartHook(network_mode="service:db"), network_mode="service:db")

    assert steps(found.origins, inside=True) == {"web": ("web.pre-0",)}
    assert step(found).network_mode is None


def test_a_step_has_what_x_kubernetes_says_of_containers_but_not_of_the_service() -> None:
    written = {"env": [{"name": "A"}], "group": "g", "securityContext": {"runAsUser": 7, "fsGroup": 7}}
    of_service: dict[str, Any] = {"extensions": {"x-kubernetes": written}, "user": "7"}

    assert step(expanded(PreStartHook(user="7"), **of_service)).extensions == {
        "x-kubernetes": {key: written[key] for key in ("env", "securityContext")}
    }
    assert step(expanded(PreStartHook(user="0"), **of_service)).extensions["x-kubernetes"]["securityContext"] == {
        "fsGroup": 7
    }


def test_the_labels_of_kompose_are_about_the_service() -> None:
    assert step(expanded(PreStartHook(labels={"kompose.service.type": "headless", "a": "b"}))).labels == {"a": "b"}


def test_a_job_is_a_service_for_each_of_its_schedules() -> None:
    triggers = Triggers(
        schedule=(Schedule(cron="@daily"), Schedule(cron="@hourly", timezone="UTC", missed_fires="skip"))
    )
    found = expanded(jobs=(Job(name="backup", image="acme/backup", triggers=triggers),))

    assert found.origins == {"backup.0": Origin("jobs.backup"), "backup.1": Origin("jobs.backup")}
    assert found.project.jobs == {}
    made = [found.project.services[name].extensions["x-kubernetes"]["cron"] for name in found.origins]
    assert made == [
        {"schedule": "@daily"},
        {"schedule": "@hourly", "timeZone": "UTC", "startingDeadlineSeconds": 60},
    ]


def test_a_job_without_a_schedule_waits_for_somebody_to_run_it() -> None:
    found = expanded(jobs=(Job(name="repair", image="acme/repair", triggers=Triggers(manual=True)),))

    assert found.project.services["repair"].extensions["x-kubernetes"]["cron"]["suspend"] is True


def test_a_name_that_is_taken_is_not_taken_twice() -> None:
    services = {"web": Service(name="web", pre_start=(PreStartHook(),)), "web.pre-0": Service(name="web.pre-0")}

    assert list(expansion(Project(name="shop", services=services), {}).origins) == ["web.pre-0.0"]


ORIGINS = {"web.pre-0": Origin("services.web.pre_start[0]", "web"), "backup": Origin("jobs.backup")}


def test_what_is_found_is_said_where_it_is_written() -> None:
    notices = [Notice(path, NoticeCode.IGNORED, "text") for path in ("services.web.pre-0.cpuset", "services.backup[0]")]

    assert [each.path for each in as_written(notices, ORIGINS)] == [
        "services.web.pre_start[0].cpuset",
        "jobs.backup[0]",
    ]


def test_what_a_step_has_of_its_service_is_said_once() -> None:
    problems = [Refusal(f"services.{name}.cap_add", "text", "remedy") for name in ("web", "web.pre-0", "backups")]

    assert [each.path for each in as_written(problems, ORIGINS)] == [
        "services.web.cap_add",
        "services.backups.cap_add",
    ]


def test_what_steps_inherit_of_x_kubernetes_is_there_to_be_inherited() -> None:
    assert {field.alias for field in ServiceSettings.model_fields.values()} >= INHERITED
