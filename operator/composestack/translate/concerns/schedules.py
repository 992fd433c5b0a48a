"""What runs by the clock, or when it is told to: CronJobs."""

from __future__ import annotations

import re

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Job, Service
from composestack.compose.problems import Notice
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.names import MAX_LENGTH
from composestack.translate.objects.workload import SCHEDULE
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Declared, Stack

RUN = 11
"""Characters that the controller adds to the name of a CronJob for that of a run: a dash and the time."""
_WORDS = r"@(?:yearly|annually|monthly|weekly|daily|midnight|hourly|every\s+\S+)"
_SCHEDULE = re.compile(rf"\s*(?:{_WORDS}|\S+(?:\s+\S+){{4}})\s*")
_CRON = "services.*.x-kubernetes.cron"


@translates(
    *(f"{_CRON}.{name}" for name in sorted({"backoffLimit", *SCHEDULE})),
    considers=("services.*.x-kubernetes.workload",),
    caveat="The service is a CronJob. Its `depends_on` hold when the CronJob is created, not before each run.",
)
def cron(service: Service, stack: Stack) -> Contribution:
    """Each run is a Job, which may fail as often as `restart` or `backoffLimit` say."""
    settings = stack.settings[service.name]
    own, path = settings.cron, f"services.{service.name}.x-kubernetes"
    if own.schedule is None:
        if settings.workload != "CronJob":
            return NOTHING
        return Contribution(problems=[Refusal(f"{path}.cron", "a CronJob has a schedule", "write cron.schedule")])
    problems = []
    if settings.workload not in {None, "CronJob"}:
        message = f"a {settings.workload} has no schedule"
        problems.append(Refusal(f"{path}.workload", message, "write CronJob, or leave cron out"))
    if not _SCHEDULE.fullmatch(own.schedule) or "TZ=" in own.schedule:
        message = f"{own.schedule!r} is no schedule"
        problems.append(Refusal(f"{path}.cron.schedule", message, "write five fields, such as 30 2 * * *, or @daily"))
    if len(stack.workload_name(service.name)) > MAX_LENGTH - RUN:
        message = f"the name {stack.workload_name(service.name)} is too long for a CronJob"
        problems.append(Refusal(f"{path}.cron", message, "choose a shorter name"))
    spec = {
        "concurrencyPolicy": own.concurrency_policy,
        "failedJobsHistoryLimit": own.failed_jobs_history_limit,
        "schedule": own.schedule,
        "startingDeadlineSeconds": own.starting_deadline_seconds,
        "successfulJobsHistoryLimit": own.successful_jobs_history_limit,
        "suspend": own.suspend,
        "timeZone": own.time_zone,
    }
    said = {name: value for name, value in spec.items() if value is not None}
    return Contribution(workload={"spec": said}, problems=problems)


@translates(
    "jobs.*.triggers.manual",
    "jobs.*.triggers.schedule[].concurrency",
    "jobs.*.triggers.schedule[].cron",
    "jobs.*.triggers.schedule[].missed_fires",
    "jobs.*.triggers.schedule[].timezone",
    caveat="One CronJob for each schedule; one that is suspended for a job without: `kubectl create job --from`.",
)
def triggers(declared: Declared[Job], stack: Stack) -> Contribution:
    """The CronJobs are those of services that are made of jobs (expansion.py); here is what differs."""
    wanted, path = declared.element.triggers, f"jobs.{declared.key}.triggers"
    notices = []
    if wanted is not None and wanted.manual is False:
        message = "whoever may create Jobs in the namespace can run it by hand"
        notices.append(Notice(f"{path}.manual", NoticeCode.IGNORED, message))
    for index, schedule in enumerate(wanted.schedule if wanted is not None else ()):
        if schedule.concurrency == "queue":
            message = "a run that would begin while another one is on is left out, not queued"
            notices.append(Notice(f"{path}.schedule[{index}].concurrency", NoticeCode.APPROXIMATED, message))
    return Contribution(notices=notices) if notices else NOTHING
