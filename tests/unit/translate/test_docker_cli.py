from __future__ import annotations

from typing import Any

import pytest

from composestack.compose.model import Service
from composestack.translate.docker_cli import Earlier, earlier


def read(**extensions: Any) -> Earlier:
    written = {f"x-{key.replace('_', '-')}": value for key, value in extensions.items()}
    return earlier(Service(name="web", extensions=written))


@pytest.mark.parametrize(
    ("extension", "written"),
    [
        ({"pull_secret": "registry"}, {"imagePullSecrets": ["registry"]}),
        ({"pull_policy": "always"}, {"imagePullPolicy": "Always"}),
        ({"internal_service_type": "headless"}, {"service": {"type": "Headless"}}),
        ({"other": "always"}, {}),
    ],
)
def test_it_is_read_as_x_kubernetes(extension: dict[str, Any], written: dict[str, Any]) -> None:
    found = read(**extension)

    assert found.written == written
    assert len(found.notices) == len(written)
    assert found.problems == ()


def test_the_cluster_decides() -> None:
    assert read(internal_service_type="auto") == Earlier({})


def test_x_kubernetes_goes_first() -> None:
    own = {"imagePullSecrets": ["registry", "other"], "imagePullPolicy": "Never"}
    found = read(pull_secret="other", pull_policy="Never", kubernetes=own)
    assert (found.written, found.problems) == ({}, ())
    assert len(found.notices) == 2

    found = read(pull_secret="third", pull_policy="Always", kubernetes=own)
    assert [problem.path for problem in found.problems] == ["services.web.x-pull-policy", "services.web.x-pull-secret"]


@pytest.mark.parametrize("extension", [{"pull_policy": "daily"}, {"pull_secret": ""}, {"internal_service_type": 5}])
def test_what_it_does_not_take(extension: dict[str, Any]) -> None:
    assert len(read(**extension).problems) == 1
