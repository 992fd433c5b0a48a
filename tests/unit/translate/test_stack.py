from __future__ import annotations

from composestack.compose.model import Dependency, Healthcheck
from tests.unit.translate.shop import stack


def test_who_is_awaited_is_a_job() -> None:
    awaits = {"migrate": Dependency(condition="service_completed_successfully")}
    found = stack({"web": {"depends_on": awaits}, "migrate": {}})

    assert found.kinds == {"web": "Deployment", "migrate": "Job"}


def test_healthchecks_that_say_nothing_are_none() -> None:
    found = stack(
        {
            "good": {"healthcheck": Healthcheck(test=("CMD", "true"))},
            "none": {"healthcheck": Healthcheck(test=("NONE",))},
            "off": {"healthcheck": Healthcheck(test=("CMD", "true"), disable=True)},
            "image": {"healthcheck": Healthcheck(interval=1)},
            "absent": {},
        }
    )

    checks = {name for name in ("good", "none", "off", "image", "absent") if found.has_healthcheck(name)}
    assert checks == {"good"}
