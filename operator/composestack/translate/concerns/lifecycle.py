"""How a container ends, and what happens then."""

from __future__ import annotations

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Service
from composestack.compose.problems import Notice
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.refusal import Refusal
from composestack.translate.stack import TASKS, Stack
from composestack.translate.workload_kind import Restart, RestartRule, restart_rule

SECOND = 1_000_000_000
DEFAULT_GRACE = 10
"""Docker's; Kubernetes would wait 30 seconds."""
FOR_EVER = 2_147_483_647
SIGNALS = {
    "1": "SIGHUP",
    "2": "SIGINT",
    "3": "SIGQUIT",
    "9": "SIGKILL",
    "10": "SIGUSR1",
    "12": "SIGUSR2",
    "15": "SIGTERM",
}
"""Linux signals by number (signal(7)), those that stop a program."""


@translates(
    "services.*.restart",
    "services.*.deploy.restart_policy.condition",
    "services.*.deploy.restart_policy.max_attempts",
    considers=("services.*.x-kubernetes.cron.backoffLimit", "services.*.x-kubernetes.workload"),
    caveat="Without `restart` a service is kept running. `no` is a Job; `on-failure` too, unless it is a server.",
)
def restart(service: Service, stack: Stack) -> Contribution:
    """A Job that may fail n times, or a workload that is always restarted."""
    rule = restart_rule(service)
    whole = service.deploy is not None and service.deploy.restart_policy is not None
    path = f"services.{service.name}.{'deploy.restart_policy' if whole else 'restart'}"
    if rule is None:
        message = (
            f"{service.restart} is no restart policy" if not whole else "has a condition that Compose does not know"
        )
        return Contribution(problems=[Refusal(path, message, "write no, always, unless-stopped or on-failure[:n]")])
    kind = stack.kinds[service.name]
    if service.name in stack.awaited and (kind != "Job" or rule.when is Restart.ALWAYS):
        why = "a CronJob never does" if kind == "CronJob" else "it never does if it is always restarted"
        message = f"another service waits for this one to complete, which {why}"
        return Contribution(problems=[Refusal(path, message, 'write restart: "no" or on-failure, and no global mode')])
    if stack.settings[service.name].workload == "Job" and rule.when is Restart.ALWAYS:
        message = "a Job ends, and is not always restarted"
        return Contribution(problems=[Refusal(path, message, 'write restart: "no" or on-failure')])
    if kind in TASKS:
        share = _job(rule, stack.settings[service.name].cron.backoff_limit)
        message = "a run ends, and is not restarted before the next one"
        notices = [Notice(path, NoticeCode.IGNORED, message)] if rule.when is Restart.ALWAYS else []
        return share._replace(notices=notices)
    notices = []
    if rule.when in {Restart.ON_FAILURE, Restart.NEVER}:
        sort = "looks like a server (ports, healthcheck, replicas)" if kind == "Deployment" else f"is a {kind}"
        message = f"the service {sort}, so it is restarted however it ends"
        notices.append(Notice(path, NoticeCode.APPROXIMATED, message))
    if rule.attempts is not None:
        message = "only a Job counts how often it is restarted"
        notices.append(Notice(path, NoticeCode.IGNORED, message))
    return Contribution(notices=notices) if notices else NOTHING


def _job(rule: RestartRule, limit: int | None) -> Contribution:
    """An evicted pod (a drain, a full node) did not fail, so it does not count. Atomic lists are written in full.

    `limit` is how often a run may fail if `x-kubernetes` says so.
    """
    if rule.when is Restart.ON_FAILURE:
        attempts = FOR_EVER if rule.attempts is None else rule.attempts
        backoff = attempts if limit is None else limit
        return Contribution(pod={"restartPolicy": "OnFailure"}, workload={"spec": {"backoffLimit": backoff}})
    disruption = {"status": "True", "type": "DisruptionTarget"}
    failures = {"rules": [{"action": "Ignore", "onPodConditions": [disruption]}]}
    return Contribution(
        pod={"restartPolicy": "Never"}, workload={"spec": {"backoffLimit": limit or 0, "podFailurePolicy": failures}}
    )


@translates("services.*.stop_grace_period")
def stop_grace_period(service: Service, stack: Stack) -> Contribution:
    """Whole seconds, rounded up; Docker's default is written out, because that of Kubernetes is longer."""
    period = service.stop_grace_period
    seconds = DEFAULT_GRACE if period is None else max(1, -(-period // SECOND))
    return Contribution(pod={"terminationGracePeriodSeconds": seconds})


@translates(
    "services.*.stop_signal", caveat="Needs the alpha feature ContainerStopSignals, and the admin's word for it."
)
def stop_signal(service: Service, stack: Stack) -> Contribution:
    """The signal that asks the program to end, instead of the image's STOPSIGNAL.

    Where the feature is off, the API server drops the field, which would look like a change for ever.
    """
    if service.stop_signal is None:
        return NOTHING
    path = f"services.{service.name}.stop_signal"
    name = service.stop_signal.upper()
    signal = SIGNALS.get(name) or (name if name.startswith("SIG") else f"SIG{name}")
    if not signal[3:].isalnum():
        return Contribution(problems=[Refusal(path, f"{service.stop_signal} is no signal", "write it as SIGQUIT")])
    if stack.scope.policy.stop_signals:
        return Contribution(container={"lifecycle": {"stopSignal": signal}})
    message = f"the container gets the stop signal of its image, or SIGTERM, and not {signal}"
    return Contribution(notices=[Notice(path, NoticeCode.NOT_TRANSLATED, message)])
