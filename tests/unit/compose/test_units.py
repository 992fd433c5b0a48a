from __future__ import annotations

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
