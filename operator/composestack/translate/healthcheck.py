"""Docker's healthcheck in the units and with the defaults of the Compose specification (05-services, healthcheck)."""

from __future__ import annotations

from composestack.compose.model import Healthcheck

SECOND = 1_000_000_000
INTERVAL = 30
TIMEOUT = 30
RETRIES = 3
"""Docker's defaults: seconds, and probes in a row that must fail."""


def seconds(duration: int | None, default: int) -> int:
    """Whole seconds of nanoseconds, rounded up, at least one; Docker takes 0 for its default."""
    return max(1, -(-duration // SECOND)) if duration else default


def patience(check: Healthcheck | None) -> int:
    """Return the seconds after which Docker calls a container unhealthy that never was healthy; 0 without a check."""
    if check is None or check.disable or check.test[:1] == ("NONE",):
        return 0
    probe = seconds(check.interval, INTERVAL) + seconds(check.timeout, TIMEOUT)
    return seconds(check.start_period, 0) + probe * (check.retries or RETRIES)
