"""When a service runs, if it does not run all the time."""

from typing import Literal, Self

from pydantic import Field, model_validator

from composestack.translate.extension.settings import Settings


class CronSettings(Settings):
    """The schedule of a CronJob (Kubernetes API, CronJobSpec), and how often a run may fail and be tried again."""

    backoff_limit: int | None = Field(default=None, ge=0)
    concurrency_policy: Literal["Allow", "Forbid", "Replace"] = "Forbid"
    failed_jobs_history_limit: int | None = Field(default=None, ge=0)
    schedule: str | None = None
    starting_deadline_seconds: int | None = Field(default=None, ge=0)
    successful_jobs_history_limit: int | None = Field(default=None, ge=0)
    suspend: bool | None = None
    time_zone: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.model_fields_set and not self.schedule:
            raise ValueError("needs schedule")
        return self
