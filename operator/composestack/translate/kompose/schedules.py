"""The labels about when a service runs, and with whom."""

from __future__ import annotations

from composestack.translate.kompose.label import Label, Table, number, one_of, text

LABELS: Table = {
    "kompose.cronjob.backoff_limit": (Label("cron.backoffLimit", number(0, 2_147_483_647), "a number"),),
    "kompose.cronjob.concurrency_policy": (
        Label("cron.concurrencyPolicy", one_of("Allow", "Forbid", "Replace"), "Allow, Forbid or Replace"),
    ),
    "kompose.cronjob.schedule": (Label("cron.schedule", text, "a schedule, such as 30 2 * * *"),),
    "kompose.service.group": (Label("group", text, "the name of a group"),),
}
