from __future__ import annotations

from typing import Any

import pytest

from composestack.compose.canonical.typed import plain, shape_of, typed
from composestack.compose.model import Project, Secret, Service
from composestack.compose.report import Report
from composestack.compose.scalars import Timestamp
from composestack.compose.tree import Map, Seq
from tests.unit.compose.application import tree


def values(text: str) -> tuple[Any, list[str]]:
    report = Report()
    result = typed(tree(text), Project, report)
    return result, [f"{each.path}: {each.message}" for each in report.problems]


def test_values_take_the_form_that_the_models_hold() -> None:
    result, problems = values("""
        services:
          web:
            stop_grace_period: 1s
            ulimits: {nproc: 5, nofile: {soft: 1, hard: '2'}}
            healthcheck: {test: x, interval: 2s}
            volumes: [{type: tmpfs, tmpfs: {size: 1k}}]
            x-own: {a: 2024-01-02}
        volumes: {data: }
        """)
    web = result["services"]["web"]
    assert not problems
    assert (web["name"], web["stop_grace_period"]) == ("web", 10**9)
    assert web["ulimits"] == {"nproc": {"soft": 5, "hard": 5, "single": True}, "nofile": {"soft": 1, "hard": 2}}
    assert web["healthcheck"] == {"test": ["CMD-SHELL", "x"], "interval": 2 * 10**9}
    assert web["volumes"] == [{"type": "tmpfs", "tmpfs": {"size": 1024}}]
    assert web["extensions"] == {"x-own": {"a": "2024-01-02T00:00:00Z"}}
    assert result["volumes"] == {"data": {}}


@pytest.mark.parametrize(
    ("attributes", "problem"),
    [
        ("imagee: x", "imagee: unknown attribute; did you mean image?"),
        ("net: host", "net: is not an attribute any more; write network_mode"),
        ("name: x", "name: unknown attribute"),
        ("environment_from_files: []", "environment_from_files: unknown attribute"),
        ("extensions: {}", "extensions: unknown attribute"),
        ("working_dir: ", "working_dir: must not be null"),
        ("ulimits: {a: {soft: 1, hard: 2, single: true}}", "ulimits.a.single: unknown attribute"),
        ("deploy: {update_config: {delay: 5}}", "deploy.update_config.delay: must be a duration"),
        ("healthcheck: {interval: 10}", "healthcheck.interval: must be a duration"),
        ("deploy: {resources: {limits: {cpus: 500m}}}", "deploy.resources.limits.cpus: '500m' is not a number"),
    ],
)
def test_problems_have_their_path(attributes: str, problem: str) -> None:
    _, problems = values(f"services: {{web: {{{attributes}}}}}")
    assert len(problems) == 1
    assert problems[0].startswith(f"services.web.{problem}")


def test_services_at_the_top_of_a_file_are_told_where_they_belong() -> None:
    _, problems = values("{web: {image: nginx}, db: {build: .}, other: {a: b}}")
    assert [problem for problem in problems if "below services:" in problem] == [
        "web: unknown attribute; if it is a service, write it below services:",
        "db: unknown attribute; if it is a service, write it below services:",
    ]
    assert len(problems) == 3


def test_null_is_allowed_where_compose_allows_it() -> None:
    result, problems = values("services: {web: {command: , deploy: , networks: {n: }}}")
    assert not problems
    assert result["services"]["web"]["command"] is None
    assert result["services"]["web"]["networks"] == {"n": {}}


def test_a_network_written_as_a_mapping_can_be_told_from_null() -> None:
    result, _ = values("services: {web: {networks: {n: {}, m: }}}")
    assert result["services"]["web"]["networks"] == {"n": {"extensions": {}}, "m": {}}


def test_what_the_models_will_refuse_stays() -> None:
    result, problems = values("services: {web: {links: 80, build: [a]}, db: x}")
    assert not problems
    assert (result["services"]["web"]["links"], result["services"]["db"]) == (80, "x")


def test_fields_that_no_document_has_are_not_read() -> None:
    assert "name" not in shape_of(Service).attributes
    assert "content" not in shape_of(Secret).attributes
    assert "content" in shape_of(Project.model_fields["configs"].annotation.__args__[1]).attributes  # type: ignore[union-attr]


def test_plain() -> None:
    dates = [Timestamp("2024-01-02 03:04:05.5 +0000 UTC"), Timestamp("2024-01-02 00:00:00 -0530 -0530")]
    value = plain(Map([("a", Seq([Map(), *dates, 1]))]))
    assert value == {"a": [{}, "2024-01-02T03:04:05.5Z", "2024-01-02T00:00:00-05:30", 1]}
    assert type(value) is dict
