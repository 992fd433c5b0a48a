from __future__ import annotations

import pytest

from composestack.compose.report import Report
from composestack.compose.validate import document
from tests.unit.compose.application import problems, tree


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("services: {web: {image: 5}}", "services.web.image", "must be a string, not 5; put it in quotes"),
        ("services: {web: {image: [a]}}", "services.web.image", "must be a string, not a list"),
        ("services: {web: {image: a, cap_add: X}}", "services.web.cap_add", "must be a list, not 'X'"),
        ("services: {web: {image: a, deploy: 5}}", "services.web.deploy", "must be a mapping, not 5"),
        ("services: {web: }", "services.web", "must be a mapping, not null"),
        (
            "services: {web: {image: a, cap_add: [1]}}",
            "services.web.cap_add[0]",
            "must be a string, not 1; put it in quotes",
        ),
        (
            "services: {web: {image: a, use_api_socket: 'x'}}",
            "services.web.use_api_socket",
            "must be true or false, not 'x'",
        ),
        ("services: {web: {image: a, scale: 1.5}}", "services.web.scale", "must be a whole number, not 1.5"),
        (
            "services: {web: {image: a, oom_score_adj: 2000}}",
            "services.web.oom_score_adj",
            "must be at most 1000, not 2000",
        ),
        ("services: {web: {image: a, cpu_count: -1}}", "services.web.cpu_count", "must be at least 0, not -1"),
        ("services: {web: {image: a, umask: 4294967296}}", "services.web.umask", "must be less than 4294967296"),
        (
            "services: {web: {image: a, ports: [{published: '1'}]}}",
            "services.web.ports[0]",
            "target is missing; add the port of the container",
        ),
        ("services: {a/b: {image: a}}", "services.a/b", "is not a valid name"),
        (
            "services: {web: {image: a, cgroup: x}}",
            "services.web.cgroup",
            "must be one of 'host' or 'private', not 'x'",
        ),
        (
            "services: {web: {image: a, pull_policy: x}}",
            "services.web.pull_policy",
            "'x' is not a value of this attribute",
        ),
        ("services: {web: {image: a, user: 2024-01-02}}", "services.web.user", "must be a string, not a date"),
        ("services: {web: {image: a}}\nversion: 3.8", "version", "must be a string"),
        ("services: {web: {image: a}}\nname: 5", "name", "must be a string, not 5; put it in quotes"),
    ],
)
def test_what_pydantic_says_in_plain_words(text: str, path: str, message: str) -> None:
    [found] = problems(text)
    assert found.path == path
    assert message in found.message
    assert found.line > 0


def test_a_valid_document_is_a_project() -> None:
    report = Report()
    found = document(tree("version: '3'\nservices: {web: {image: a}}"), report, "shop")
    assert found is not None
    assert (found.name, found.services["web"].image, report.problems) == ("shop", "a", [])
