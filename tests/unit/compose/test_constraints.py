from __future__ import annotations

import pytest

from tests.unit.compose.application import problems, project


@pytest.mark.parametrize("active", ["", ", profiles: [other]"], ids=["active", "inactive"])
@pytest.mark.parametrize(
    ("attributes", "path", "says"),
    [
        ("ports: [{target: 80, host_ip: x}]", "ports[0].host_ip", "IP address"),
        ("ports: [{target: 80, host_ip: 'fe80::1%eth0'}]", "ports[0].host_ip", "IP address"),
        ("gpus: [{count: 1, device_ids: ['0']}]", "gpus[0]", "device_ids"),
        (
            "deploy: {resources: {reservations: {devices: [{capabilities: [gpu], count: 1, device_ids: ['0']}]}}}",
            "deploy.resources.reservations.devices[0]",
            "device_ids",
        ),
        ("develop: {watch: [{path: '', action: rebuild}]}", "develop.watch[0].path", "empty"),
    ],
)
def test_services(attributes: str, path: str, says: str, active: str) -> None:
    [found] = problems(f"services: {{db: {{image: d}}, web: {{image: a, {attributes}{active}}}}}")
    assert (found.path, found.line) == (f"services.web.{path}", 1)
    assert says in found.message


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("volumes: {v: {external: true, driver: x}}", "volumes.v.driver"),
        ("secrets: {s: {file: a, environment: B}}", "secrets.s"),
        ("secrets: {s: {}}", "secrets.s"),
        ("configs: {c: {file: a, content: b}}", "configs.c"),
        ("configs: {c: {labels: {a: b}}}", "configs.c"),
        ("jobs: {j: {image: a}}", "jobs.j.triggers"),
        ("jobs: {j: {image: a, triggers: {x-own: 1}}}", "jobs.j.triggers"),
    ],
)
def test_resources(text: str, path: str) -> None:
    [found] = problems(f"services: {{web: {{image: a}}}}\n{text}")
    assert found.path == path


def test_a_config_that_is_not_external_may_say_so_alone() -> None:
    text = "services: {web: {image: a, configs: [c]}}\nconfigs: {c: {external: false}}"
    assert project(text).configs["c"].external is False


def test_an_included_application_is_checked_by_itself() -> None:
    files = {"sub.yaml": "services: {db: {image: d, ports: [{target: 80, host_ip: x}]}}"}
    [found] = problems("include: [sub.yaml]\nservices: {db: {ports: !override []}}", files)
    assert (found.file, found.path) == ("sub.yaml", "services.db.ports[0].host_ip")
