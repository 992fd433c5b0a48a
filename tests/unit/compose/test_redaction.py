from __future__ import annotations

from composestack.compose.problems import Problem
from composestack.compose.redaction import redacted
from tests.unit.compose.application import problems


def test_a_message_shows_the_variable_instead_of_its_value() -> None:
    [found] = problems("services: {web: {image: a, ports: ['${PASS}:80']}}", variables={"PASS": "hunter2"})
    assert "hunter2" not in str(found)
    assert "'${PASS}' is not a port" in found.message


def test_values_of_environment_files_are_not_shown_either() -> None:
    [found] = problems("services: {web: {image: a, mem_limit: '$SIZE'}}", {".env": "SIZE=it's secret"})
    assert "secret" not in str(found)


def test_values_of_included_applications_are_not_shown_either() -> None:
    files = {"sub/c.yaml": "services: {db: {image: a, mem_limit: '$SIZE'}}", "sub/.env": "SIZE=hunter2"}
    [found] = problems("include: [sub/c.yaml]\nservices: {}", files)
    assert "hunter2" not in str(found)


def test_longer_values_first_and_short_ones_never() -> None:
    problem = Problem("f", 1, 1, "p", "a secret-long and a secret and 80")
    [result] = redacted([problem], {"LONG": "secret-long", "SHORT": "secret", "PORT": "80"})
    assert result.message == "a ${LONG} and a ${SHORT} and 80"
