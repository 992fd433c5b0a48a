from __future__ import annotations

import pytest

from tests.unit.compose.application import problems, project

TOP = "\nvolumes: {vol: }\nnetworks: {n: }\nsecrets: {s: {file: f}}"


@pytest.mark.parametrize(
    ("attributes", "path", "says"),
    [
        ("image: ''", "image", "no build"),
        ("build: {dockerfile: D, dockerfile_inline: F}", "build.dockerfile_inline", "dockerfile"),
        ("build: {platforms: [a]}, platform: b", "platform", "build.platforms"),
        ("build: {additional_contexts: {x: 'service:no'}}", "build.additional_contexts.x", "no service"),
        ("build: {additional_contexts: {x: 'service:db'}}", "build.additional_contexts.x", "not built"),
        ("image: a, network_mode: host, networks: [n]", "network_mode", "networks"),
        ("image: a, networks: [no]", "networks.no", "undefined network"),
        ("image: a, volumes: ['no:/d']", "volumes[0]", "undefined volume"),
        ("image: a, secrets: [no]", "secrets[0]", "undefined secret"),
        ("image: a, configs: [no]", "configs[0]", "undefined config"),
        ("image: a, models: [no]", "models.no", "undefined model"),
        ("build: {secrets: [no]}", "build.secrets[0]", "undefined secret"),
        ("image: a, depends_on: [no]", "depends_on.no", "not a service"),
        ("image: a, network_mode: 'service:no'", "depends_on.no", "not a service"),
        ("image: a, healthcheck: {test: [curl]}", "healthcheck.test", "CMD-SHELL"),
        ("image: a, tmpfs: [/d], volumes: ['vol:/d']", "volumes[0]", "tmpfs[0]"),
        ("image: a, scale: 2, deploy: {replicas: 3}", "scale", "3"),
        ("image: a, scale: -1", "scale", "negative"),
        ("image: a, container_name: box, deploy: {replicas: 2}", "container_name", "unique"),
        ("image: a, mem_limit: 1g, deploy: {resources: {limits: {cpus: '1'}}}", "mem_limit", "deploy.resources"),
        ("image: a, cpus: 1, deploy: {resources: {limits: {cpus: '2'}}}", "cpus", "deploy.resources"),
        ("image: a, pids_limit: 1, deploy: {resources: {limits: {pids: 2}}}", "pids_limit", "deploy.resources"),
        ("image: a, develop: {watch: [{path: ., action: sync}]}", "develop.watch[0]", "target"),
    ],
)
def test_contradictions(attributes: str, path: str, says: str) -> None:
    [found] = problems(f"services: {{db: {{image: d}}, web: {{{attributes}}}}}{TOP}")
    assert found.path == f"services.web.{path}"
    assert says in found.message
    assert found.line == 1


@pytest.mark.parametrize(
    "attributes",
    [
        "provider: {type: cloud}",
        "image: a, cpus: 0.5, deploy: {resources: {limits: {cpus: '0.5'}}}",
        "image: a, scale: 3, deploy: {replicas: 3}",
        "image: a, develop: {watch: [{path: ., action: rebuild}]}",
        "image: a, build: {platforms: [a, b]}, platform: b",
    ],
)
def test_what_looks_like_a_contradiction_and_is_none(attributes: str) -> None:
    assert set(project(f"services: {{web: {{{attributes}}}}}").services) == {"web"}


def test_a_secret_of_a_driver_has_no_source() -> None:
    [found] = problems("services: {web: {image: a}}\nsecrets: {s: {driver: d}}")
    assert (found.path, "has no source" in found.message) == ("secrets.s", True)


def test_services_that_wait_for_each_other() -> None:
    [found] = problems(
        "services: {a: {image: x, depends_on: [b]}, b: {image: x, links: [c]}, c: {image: x, depends_on: [a]}}"
    )
    assert "dependency cycle" in found.message
    assert all(name in found.message for name in "abc")


def test_jobs_may_wait_for_jobs_but_services_may_not() -> None:
    jobs = (
        "jobs: {j: {image: a, triggers: {manual: true}}, k: {image: b, depends_on: [j, web], triggers: {manual: true}}}"
    )
    assert set(project(f"services: {{web: {{image: a}}}}\n{jobs}").jobs) == {"j", "k"}
    [found] = problems(f"services: {{web: {{image: a, depends_on: [j]}}}}\n{jobs}")
    assert "is a job" in found.message


def test_a_job_and_a_service_of_one_name() -> None:
    [found] = problems("services: {j: {image: a}}\njobs: {j: {image: a, triggers: {manual: true}}}")
    assert found.path == "jobs.j"
