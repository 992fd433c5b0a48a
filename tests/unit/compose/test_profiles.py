from __future__ import annotations

import pytest

from composestack.compose.profiles import is_active, selected
from tests.unit.compose.application import problems, project

STACK = """
    services:
      web: {image: app}
      debug: {image: app, profiles: [debug]}
      test: {image: app, profiles: [test, debug]}
    """


@pytest.mark.parametrize(
    ("profiles", "variables", "expected"),
    [
        ((), {}, {"web"}),
        (("debug",), {}, {"web", "debug", "test"}),
        (("test",), {}, {"web", "test"}),
        (("*",), {}, {"web", "debug", "test"}),
        (("nobody",), {"COMPOSE_PROFILES": "debug"}, {"web"}),
        ((), {"COMPOSE_PROFILES": "other, test"}, {"web", "test"}),
    ],
)
def test_active_services(profiles: tuple[str, ...], variables: dict[str, str], expected: set[str]) -> None:
    assert set(project(STACK, variables=variables, profiles=profiles).services) == expected


def test_the_empty_profile_is_active_when_none_is_asked_for() -> None:
    assert is_active([""], selected((), {}))
    assert not is_active([""], selected(("a",), {}))


def test_inactive_services_are_validated_but_may_contradict() -> None:
    loaded = project("services: {web: {image: a}, off: {profiles: [x], volumes: ['no:/x'], depends_on: [no]}}")
    assert set(loaded.services) == {"web"}
    assert problems("services: {web: {image: a}, off: {image: b, profiles: [x], imagee: y}}")


def test_depending_on_an_inactive_service() -> None:
    [found] = problems("services: {web: {image: a, depends_on: [off]}, off: {image: b, profiles: [x]}}")
    assert "activate its profile" in found.message
    optional = "{off: {condition: service_started, required: false}}"
    loaded = project(f"services: {{web: {{image: a, depends_on: {optional}}}, off: {{image: b, profiles: [x]}}}}")
    assert set(loaded.services) == {"web"}


def test_jobs_have_profiles_too() -> None:
    jobs = "{j: {image: a, profiles: [x], triggers: {manual: true}}, k: {image: b, triggers: {manual: true}}}"
    assert set(project(f"services: {{}}\njobs: {jobs}").jobs) == {"k"}
