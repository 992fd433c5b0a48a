"""A job: a workload that runs to completion when it is triggered (`jobs`)."""

from typing import Literal

from composestack.compose.model.base import Bool, Element, UniqueTexts
from composestack.compose.model.workload import Workload


class Schedule(Element):
    """When a job starts by itself: a crontab expression, in `timezone`."""

    cron: str
    timezone: str | None = None
    concurrency: Literal["forbid", "queue"] | None = None
    missed_fires: Literal["one", "skip"] | None = None


class Triggers(Element):
    """What starts a job. `manual` None leaves manual runs allowed, False forbids them."""

    manual: Bool | None = None
    schedule: tuple[Schedule, ...] = ()


class Job(Workload):
    """One job of the project; `name` is its key."""

    name: str
    profiles: UniqueTexts = ()
    triggers: Triggers | None = None
