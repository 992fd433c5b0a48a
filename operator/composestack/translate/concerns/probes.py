"""Health: how Kubernetes finds out what Docker's healthcheck would."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Healthcheck, Service
from composestack.compose.problems import Notice
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.extension.probes import Probe
from composestack.translate.healthcheck import INTERVAL, RETRIES, TIMEOUT, seconds
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack

FOR_EVER = 2_147_483_647
"""A startup probe kills the container when it gives up; Docker never does."""
PROBES = ("liveness", "readiness", "startup")


@translates(
    "services.*.healthcheck.test",
    "services.*.healthcheck.interval",
    "services.*.healthcheck.timeout",
    "services.*.healthcheck.retries",
    "services.*.healthcheck.start_period",
    "services.*.healthcheck.start_interval",
    "services.*.healthcheck.disable",
    "services.*.x-kubernetes.liveness",
    *(f"services.*.x-kubernetes.probes.{sort}" for sort in PROBES),
    caveat="An unhealthy pod gets no traffic through its Service, unless the service needs its own address to become "
    "healthy; it is restarted if x-kubernetes.liveness says so. "
    "A probe of x-kubernetes replaces the one that the healthcheck becomes, and has the defaults of Kubernetes.",
)
def healthcheck(service: Service, stack: Stack) -> Contribution:
    """Docker's health informs and never restarts, which is a readiness probe; in the `start_period` it does no harm.

    Docker's defaults are written out, because those of Kubernetes are shorter (Compose specification, "healthcheck").
    """
    own = stack.settings[service.name].probes
    written = {sort: probe for sort in PROBES if (probe := getattr(own, sort)) is not None}
    derived = _derived(service, written, stack)
    if not written:
        return derived
    container = {f"{sort}Probe": _native(probe, service, stack) for sort, probe in written.items() if not probe.disable}
    kept = {key: probe for key, probe in (derived.container or {}).items() if key.removesuffix("Probe") not in written}
    problems = [*derived.problems, *_nameless(service, written, stack)]
    return Contribution(container={**kept, **container}, notices=derived.notices, problems=problems)


def _derived(service: Service, instead: Collection[str], stack: Stack) -> Contribution:
    """What the healthcheck becomes. `instead` are the probes that need none."""
    check, lethal = service.healthcheck, stack.settings[service.name].liveness and "liveness" not in instead
    off = check is None or check.disable or check.test[:1] == ("NONE",)
    if lethal and (check is None or off or not check.test):
        path = f"services.{service.name}.x-kubernetes.liveness"
        return Contribution(problems=[Refusal(path, "there is no test that could fail", "write healthcheck.test")])
    if check is None or off or (not check.test and "readiness" in instead):
        return NOTHING
    if not check.test:
        message = "the test of the image is not known to Kubernetes; write the test here"
        return Contribution(notices=[Notice(f"services.{service.name}.healthcheck", NoticeCode.IGNORED, message)])
    if len(check.test) < 2:
        message = f"{check.test[0]} has no command"
        remedy = "write the command after it, or disable: true"
        return Contribution(problems=[Refusal(f"services.{service.name}.healthcheck.test", message, remedy)])
    return Contribution(container=_probes(check, stack, lethal=lethal))


def _probes(check: Healthcheck, stack: Stack, *, lethal: bool) -> dict[str, Any]:
    probe = {**_probe(check, stack), "failureThreshold": check.retries or RETRIES}
    container: dict[str, Any] = {"readinessProbe": probe}
    startup = seconds(check.start_interval or check.interval, INTERVAL)
    patience = FOR_EVER
    if lethal:
        container["livenessProbe"] = probe
        patience = -(-seconds(check.start_period, 0) // startup) + probe["failureThreshold"]
    if check.start_period if lethal else check.start_interval and check.start_interval != check.interval:
        container["startupProbe"] = {**_probe(check, stack), "failureThreshold": patience, "periodSeconds": startup}
    return container


def _probe(check: Healthcheck, stack: Stack) -> dict[str, Any]:
    """The command is passed as it is: the kubelet does not expand `$` in probes."""
    sort, *words = map(stack.discovery.spelled, check.test)
    command = ["/bin/sh", "-c", *words] if sort == "CMD-SHELL" else words
    return {
        "exec": {"command": command},
        "periodSeconds": seconds(check.interval, INTERVAL),
        "timeoutSeconds": seconds(check.timeout, TIMEOUT),
    }


def _native(probe: Probe, service: Service, stack: Stack) -> dict[str, Any]:
    """The name of a port becomes its number: a container does not bear every port that its Service has. The API server
    does not write a zero.
    """
    made = {key: value for key, value in probe.manifest().items() if value or key != "initialDelaySeconds"}
    made.pop("disable", None)
    numbers = _numbers(service, stack)
    for handler in ("httpGet", "tcpSocket"):
        if handler in made:
            made[handler]["port"] = numbers.get(made[handler]["port"], made[handler]["port"])
    return made


def _nameless(service: Service, probes: Mapping[str, Probe], stack: Stack) -> list[Refusal]:
    numbers, path = _numbers(service, stack), f"services.{service.name}.x-kubernetes.probes"
    return [
        Refusal(f"{path}.{sort}", f"no port of {service.name} is called {handler.port}", "write its number")
        for sort, probe in probes.items()
        for handler in (probe.http_get, probe.tcp_socket)
        if handler is not None and isinstance(handler.port, str) and handler.port not in numbers
    ]


def _numbers(service: Service, stack: Stack) -> dict[str, int]:
    return {port.name: port.number for port in stack.discovery.ports[service.name]}
