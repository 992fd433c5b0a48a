from __future__ import annotations

import pytest

from composestack.compose.model import Deploy, Healthcheck, Port, RestartPolicy, Service, UpdateConfig
from composestack.translate.workload_kind import Restart, RestartRule, replicas, restart_rule, workload_kind


@pytest.mark.parametrize(
    ("attributes", "kind"),
    [
        ({}, "Deployment"),
        ({"restart": "always"}, "Deployment"),
        ({"restart": "unless-stopped"}, "Deployment"),
        ({"restart": "no"}, "Job"),
        ({"restart": "on-failure"}, "Job"),
        ({"restart": "on-failure:3"}, "Job"),
        ({"restart": "on-failure", "ports": (Port(target=80),)}, "Deployment"),
        ({"restart": "on-failure", "expose": ("80",)}, "Deployment"),
        ({"restart": "on-failure", "healthcheck": Healthcheck(test=("CMD", "true"))}, "Deployment"),
        ({"restart": "on-failure", "scale": 2}, "Deployment"),
        ({"restart": "on-failure", "deploy": Deploy(update_config=UpdateConfig(parallelism=1))}, "Deployment"),
        ({"deploy": Deploy(mode="global")}, "DaemonSet"),
        ({"deploy": Deploy(mode="global"), "restart": "no"}, "DaemonSet"),
        ({"deploy": Deploy(mode="replicated-job")}, "Job"),
        ({"deploy": Deploy(restart_policy=RestartPolicy(condition="none"))}, "Job"),
        ({"deploy": Deploy(restart_policy=RestartPolicy()), "restart": "no"}, "Deployment"),
    ],
)
def test_kind(attributes: dict[str, object], kind: str) -> None:
    assert workload_kind(Service(name="web", **attributes), awaited=False) == kind


def test_who_is_awaited_runs_to_completion() -> None:
    assert workload_kind(Service(name="web", ports=(Port(target=80),)), awaited=True) == "Job"


@pytest.mark.parametrize(
    ("restart", "rule"),
    [
        (None, RestartRule(Restart.UNSAID)),
        ("no", RestartRule(Restart.NEVER)),
        ("on-failure:3", RestartRule(Restart.ON_FAILURE, 3)),
        ("sometimes", None),
        ("on-failure:often", None),
    ],
)
def test_restart(restart: str | None, rule: RestartRule | None) -> None:
    assert restart_rule(Service(name="web", restart=restart)) == rule


def test_the_policy_of_deploy_replaces_restart() -> None:
    policy = RestartPolicy(condition="on-failure", max_attempts=2)
    service = Service(name="web", restart="always", deploy=Deploy(restart_policy=policy))

    assert restart_rule(service) == RestartRule(Restart.ON_FAILURE, 2)


def test_replicas() -> None:
    assert replicas(Service(name="web")) == 1
    assert replicas(Service(name="web", scale=0)) == 0
    assert replicas(Service(name="web", deploy=Deploy(replicas=0))) == 0
