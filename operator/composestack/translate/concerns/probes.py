"""Health: how Kubernetes finds out what Docker's healthcheck would."""

from __future__ import annotations

from typing import Any

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Healthcheck, Service
from composestack.compose.problems import Notice
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.healthcheck import INTERVAL, RETRIES, TIMEOUT, seconds
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack

FOR_EVER = 2_147_483_647
"""A startup probe kills the container when it gives up; Docker never does."""


@translates(
    "services.*.healthcheck.test",
    "services.*.healthcheck.interval",
    "services.*.healthcheck.timeout",
    "services.*.healthcheck.retries",
    "services.*.healthcheck.start_period",
    "services.*.healthcheck.start_interval",
    "services.*.healthcheck.disable",
    "services.*.x-kubernetes.liveness",
    caveat="An unhealthy pod gets no traffic through its Service; it is restarted if x-kubernetes.liveness says so.",
)
def healthcheck(service: Service, stack: Stack) -> Contribution:
    """Docker's health informs and never restarts, which is a readiness probe; in the `start_period` it does no harm.

    Docker's defaults are written out, because those of Kubernetes are shorter (Compose specification, "healthcheck").
    """
    check, lethal = service.healthcheck, stack.settings[service.name].liveness
    if lethal and not stack.has_healthcheck(service.name):
        path = f"services.{service.name}.x-kubernetes.liveness"
        return Contribution(problems=[Refusal(path, "there is no test that could fail", "write healthcheck.test")])
    if check is None or check.disable or check.test[:1] == ("NONE",):
        return NOTHING
    if not check.test:
        message = "the test of the image is not known to Kubernetes; write the test here"
        return Contribution(notices=[Notice(f"services.{service.name}.healthcheck", NoticeCode.IGNORED, message)])
    if len(check.test) < 2:
        message = f"{check.test[0]} has no command"
        remedy = "write the command after it, or disable: true"
        return Contribution(problems=[Refusal(f"services.{service.name}.healthcheck.test", message, remedy)])
    probe = {**_probe(check, stack), "failureThreshold": check.retries or RETRIES}
    container: dict[str, Any] = {"readinessProbe": probe}
    startup = seconds(check.start_interval or check.interval, INTERVAL)
    patience = FOR_EVER
    if lethal:
        container["livenessProbe"] = probe
        patience = -(-seconds(check.start_period, 0) // startup) + probe["failureThreshold"]
    if check.start_period if lethal else check.start_interval and check.start_interval != check.interval:
        container["startupProbe"] = {**_probe(check, stack), "failureThreshold": patience, "periodSeconds": startup}
    return Contribution(container=container)


def _probe(check: Healthcheck, stack: Stack) -> dict[str, Any]:
    """The command is passed as it is: the kubelet does not expand `$` in probes."""
    sort, *words = map(stack.discovery.spelled, check.test)
    command = ["/bin/sh", "-c", *words] if sort == "CMD-SHELL" else words
    return {
        "exec": {"command": command},
        "periodSeconds": seconds(check.interval, INTERVAL),
        "timeoutSeconds": seconds(check.timeout, TIMEOUT),
    }
