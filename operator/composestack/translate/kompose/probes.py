"""The labels about probes."""

from __future__ import annotations

import shlex
from typing import Any

from composestack.compose import durations
from composestack.compose.model import Healthcheck
from composestack.translate.healthcheck import SECOND
from composestack.translate.kompose.label import Label, Table, boolean, number, text

MOST = 2_147_483_647
_READINESS, _LIVENESS = "kompose.service.healthcheck.readiness", "kompose.service.healthcheck.liveness"
_PORT = number(1, 65535)


def _none(value: str) -> bool | None:
    return True if value.strip() == "NONE" else None


def _command(value: str) -> list[str] | None:
    """Read a command with `CMD` or `CMD-SHELL` before it, or neither."""
    sort, _, rest = value.strip().partition(" ")
    if sort == "CMD-SHELL":
        return ["/bin/sh", "-c", rest.strip()] if rest.strip() else None
    try:
        words = shlex.split(rest if sort == "CMD" else value)
    except ValueError:
        return None
    return words or None


def _seconds(value: str) -> int | None:
    """Read a duration, and round it up to seconds."""
    try:
        return -(-durations.parse(value.strip()) // SECOND)
    except ValueError:
        return None


def _whole(value: str) -> int | None:
    return _seconds(value) or None


def _probe(label: str, place: str) -> Table:
    """The labels that the two sorts of probes share."""
    return {
        f"{label}.http_get_path": (Label(f"{place}.httpGet.path", text, "a path"),),
        f"{label}.http_get_port": (Label(f"{place}.httpGet.port", _PORT, "a number from 1 to 65535"),),
        f"{label}.tcp_port": (Label(f"{place}.tcpSocket.port", _PORT, "a number from 1 to 65535"),),
    }


LABELS: Table = {
    **_probe(_LIVENESS, "probes.liveness"),
    **_probe(_READINESS, "probes.readiness"),
    f"{_READINESS}.disable": (Label("probes.readiness.disable", boolean, "true or false"),),
    f"{_READINESS}.interval": (Label("probes.readiness.periodSeconds", _whole, "a duration, such as 10s"),),
    f"{_READINESS}.retries": (Label("probes.readiness.failureThreshold", number(1, MOST), "a number"),),
    f"{_READINESS}.start_period": (Label("probes.readiness.initialDelaySeconds", _seconds, "a duration, such as 10s"),),
    f"{_READINESS}.test": (
        Label("probes.readiness.disable", _none, "NONE"),
        Label("probes.readiness.exec.command", _command, "CMD or CMD-SHELL, and a command"),
    ),
    f"{_READINESS}.timeout": (Label("probes.readiness.timeoutSeconds", _whole, "a duration, such as 10s"),),
}


def timings(check: Healthcheck) -> dict[str, Any]:
    """Return the timings that a liveness probe has from the healthcheck: no label says them."""
    found = {
        "failureThreshold": check.retries,
        "initialDelaySeconds": check.start_period and -(-check.start_period // SECOND),
        "periodSeconds": check.interval and -(-check.interval // SECOND),
        "timeoutSeconds": check.timeout and -(-check.timeout // SECOND),
    }
    return {name: value for name, value in found.items() if value}
