from __future__ import annotations

import pytest

from tests.unit.compose.application import problems, project


def test_later_files_go_over_earlier_ones() -> None:
    web = project(
        "services: {web: {image: a, user: a, ports: ['80']}}",
        {"two.yaml": "services: {web: {user: b, ports: ['81']}}"},
        compose_files=("compose.yaml", "two.yaml"),
    ).services["web"]
    assert (web.user, [port.target for port in web.ports]) == ("b", [80, 81])


def test_one_file_may_repeat_itself() -> None:
    web = project("services: {web: {image: a, ports: ['80:80', 8080, '80:80'], cap_add: [A, A]}}").services["web"]
    assert ([port.target for port in web.ports], web.cap_add) == ([80, 8080], ("A",))


def test_an_extended_file_is_loaded_once_and_its_paths_move_once() -> None:
    services = "{a: {extends: {file: sub/b.yaml, service: base}}, b: {extends: {file: sub/b.yaml, service: base}}}"
    loaded = project(f"services: {services}", {"sub/b.yaml": "services: {base: {image: x, volumes: ['./d:/d']}}"})
    assert [each.volumes[0].source for each in loaded.services.values()] == ["sub/d", "sub/d"]


def test_extending_without_a_file_means_the_same_file() -> None:
    found = problems(
        "services: {base: {image: a}}",
        {"over.yaml": "services: {web: {extends: base}}"},
        compose_files=("compose.yaml", "over.yaml"),
    )
    assert [(each.file, each.path) for each in found] == [("over.yaml", "services.web.extends.service")]


def test_an_extended_file_may_have_several_documents() -> None:
    files = {"b.yaml": "services: {base: {image: a, user: x}}\n---\nservices: {base: {user: y}}"}
    web = project("services: {web: {extends: {file: b.yaml, service: base}}}", files).services["web"]
    assert (web.image, web.user) == ("a", "y")


LATER = {
    "mem_limit": ("512Mi", "64m"),
    "stop_grace_period": ("'10'", "10s"),
    "command": ("a 'b", "a b"),
    "environment": ("['A =1']", "!override [A=1]"),
    "extra_hosts": ("[nowhere]", "!override ['a=10.0.0.1']"),
    "attach": ("maybe", "true"),
    "secrets": ("[{source: s, mode: rw}]", "!override []"),
    "healthcheck": ("{retries: -1}", "{retries: 1}"),
    "storage_opt": ("{size: 1.5}", "{size: 1}"),
    "domainname": ("2024-01-02", "here"),
}
"""Contents that mean nothing, and what replaces them."""


@pytest.mark.parametrize("attribute", LATER)
def test_a_content_that_means_nothing_is_no_problem_once_it_is_replaced(attribute: str) -> None:
    bad, good = (f"services: {{web: {{image: a, {attribute}: {value}}}}}" for value in LATER[attribute])
    secrets = "\nsecrets: {s: {file: f}}"
    assert problems(bad + secrets)
    assert project(bad + secrets, {"b.yaml": good}, compose_files=("compose.yaml", "b.yaml")).services
    assert project(f"{bad}{secrets}\n---\n{good}").services
    assert project(f"include: [b.yaml]\n{good}", {"b.yaml": bad + secrets}).services


@pytest.mark.parametrize(
    ("bad", "good"),
    [("user: 5", "user: a"), ("ports: [{target: 80, x: 1}]", "ports: !override []"), ("usr: a", "usr: !reset null")],
)
def test_a_wrong_type_or_attribute_is_a_problem_in_any_document(bad: str, good: str) -> None:
    first, second = (f"services: {{web: {{image: a, {each}}}}}" for each in (bad, good))
    [found] = problems(f"{first}\n---\n{second}")
    assert (found.file, found.line) == ("compose.yaml", 1)
    [found] = problems(first, {"b.yaml": second}, compose_files=("compose.yaml", "b.yaml"))
    assert (found.file, found.line) == ("compose.yaml", 1)
    [found] = problems(f"include: [b.yaml]\n{second}", {"b.yaml": first})
    assert (found.file, found.line) == ("b.yaml", 1)
