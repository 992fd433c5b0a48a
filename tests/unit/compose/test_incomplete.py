from __future__ import annotations

import pytest

from tests.unit.compose.application import problems, project


@pytest.mark.parametrize("active", ["", ", profiles: [other]"], ids=["active", "inactive"])
@pytest.mark.parametrize(
    ("attributes", "path"),
    [
        ("volumes: [{type: tmpfs}]", "volumes[0]"),
        ("devices: [{source: /d}]", "devices[0]"),
        ("ports: ['80', {published: '80'}]", "ports[1]"),
    ],
)
def test_a_target_is_missing(attributes: str, path: str, active: str) -> None:
    [found] = problems(f"services: {{db: {{image: d}}, web: {{image: a, {attributes}{active}}}}}")
    assert (found.path, found.line) == (f"services.web.{path}", 1)
    assert "target is missing" in found.message


@pytest.mark.parametrize("attributes", ["volumes: [{type: tmpfs}]", "volumes: [{type: bind, target: /t}]"])
def test_also_in_services_of_an_extended_file_that_nothing_extends(attributes: str) -> None:
    files = {"base.yaml": f"services: {{web: {{image: a}}, other: {{{attributes}}}}}"}
    [found] = problems("services: {web: {extends: {file: base.yaml, service: web}}}", files)
    assert (found.file, found.path) == ("base.yaml", "services.other.volumes[0]")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("services: {web: {image: a, volumes: [{type: bind, target: /t}]}}", "services.web.volumes[0]"),
        (
            "services: {web: {image: a, pre_start: [{command: [a], volumes: [{type: bind, target: /t}]}]}}",
            "services.web.pre_start[0].volumes[0]",
        ),
        (
            "services: {}\njobs: {j: {image: a, triggers: {manual: true}, volumes: [{type: bind, target: /t}]}}",
            "jobs.j.volumes[0]",
        ),
    ],
)
def test_where_paths_are_resolved_a_bind_mount_needs_one(text: str, path: str) -> None:
    [found] = problems(text, root="/project")
    assert (found.path, "source is missing" in found.message) == (path, True)
    [found] = problems("include: [sub.yaml]", {"sub.yaml": text})
    assert (found.file, found.path) == ("sub.yaml", path)


def test_elsewhere_it_does_not() -> None:
    web = project("services: {web: {image: a, volumes: [{type: bind, target: /t}]}}").services["web"]
    assert web.volumes[0].source is None


def test_hooks_have_mounts_without_a_target() -> None:
    web = project("services: {web: {image: a, pre_start: [{command: [a], volumes: [{type: tmpfs}]}]}}").services["web"]
    assert web.pre_start[0].volumes[0].target is None
