"""Which kind of workload runs a service. Many attributes have a say, so the decision is here and not in one concern.

Compose Deploy Specification, "mode" and "restart_policy"; Compose specification, "restart".
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from composestack.compose.model import Service


class Restart(StrEnum):
    """When an ended container is started again."""

    ALWAYS = "always"
    ON_FAILURE = "on-failure"
    NEVER = "no"
    UNSAID = ""


class RestartRule(NamedTuple):
    """What `deploy.restart_policy` or else `restart` says. `attempts` None means: for ever."""

    when: Restart
    attempts: int | None = None


_CONDITIONS = {"any": Restart.ALWAYS, "on-failure": Restart.ON_FAILURE, "none": Restart.NEVER}
_RESTART = {
    "no": Restart.NEVER,
    "always": Restart.ALWAYS,
    "unless-stopped": Restart.ALWAYS,
    "on-failure": Restart.ON_FAILURE,
}

RESTART_ATTRIBUTES = (
    "services.*.restart",
    "services.*.deploy.restart_policy.condition",
    "services.*.deploy.restart_policy.max_attempts",
)


def restart_rule(service: Service) -> RestartRule | None:
    """Return when the service is restarted, or None if what is written is not a rule of Compose."""
    policy = service.deploy.restart_policy if service.deploy else None
    if policy is not None:
        when = _CONDITIONS.get(policy.condition) if policy.condition else Restart.ALWAYS
        return RestartRule(when, policy.max_attempts) if when is not None else None
    if service.restart is None:
        return RestartRule(Restart.UNSAID)
    word, _, attempts = service.restart.partition(":")
    if word not in _RESTART or (attempts and not attempts.isdecimal()):
        return None
    return RestartRule(_RESTART[word], int(attempts) if attempts else None)


def replicas(service: Service) -> int:
    """Return how many pods a service wants where it is not global: `deploy.replicas`, else `scale`, else 1."""
    if service.deploy is not None and service.deploy.replicas is not None:
        return service.deploy.replicas
    return 1 if service.scale is None else service.scale


def is_server(service: Service) -> bool:
    """Tell whether a service is meant to go on running although it says `restart: on-failure`."""
    return bool(service.ports or service.expose or service.healthcheck or replicas(service) > 1) or bool(
        service.deploy and service.deploy.update_config
    )


def workload_kind(service: Service, *, awaited: bool) -> str:
    """Return `Deployment`, `DaemonSet` or `Job`. `awaited`: another service waits for it to complete."""
    mode = service.deploy.mode if service.deploy else None
    if mode == "global":
        return "DaemonSet"
    rule = restart_rule(service)
    when = rule.when if rule else Restart.UNSAID
    if awaited or mode == "replicated-job" or when is Restart.NEVER:
        return "Job"
    return "Job" if when is Restart.ON_FAILURE and not is_server(service) else "Deployment"
