from __future__ import annotations

from typing import Any

import pytest

from composestack.compose.invocation import normal_name
from composestack.compose.load import load
from composestack.compose.problems import InvalidCompose
from composestack.compose.source import ComposeSource, ProjectFiles
from tests.unit.compose.application import application, problems, project

WEB = "services: {web: {image: a}}"


def loaded(files: dict[str, str], **options: object) -> dict[str, str | None]:
    source = ComposeSource(ProjectFiles.from_text(files), **options)  # type: ignore[arg-type]
    return {name: service.image for name, service in load(source, {}).project.services.items()}


def test_discovery_prefers_as_docker_does() -> None:
    one, two = (f"services: {{web: {{image: {image}}}}}" for image in ("one", "two"))
    assert loaded({"compose.yml": two, "compose.yaml": one}) == {"web": "one"}
    assert loaded({"docker-compose.yaml": two, "docker-compose.yml": one}) == {"web": "one"}
    assert loaded({"compose.yaml": one, "docker-compose.override.yml": two}) == {"web": "two"}


def test_no_file_is_an_error_that_names_the_files() -> None:
    with pytest.raises(InvalidCompose, match=r"compose\.yaml"):
        loaded({"other.yaml": WEB})


def test_a_missing_file_is_an_error_that_names_it() -> None:
    assert "no.yaml" in str(problems(WEB, compose_files=("compose.yaml", "no.yaml"))[0])


def test_compose_file_chooses_the_files() -> None:
    files = {
        ".env": "COMPOSE_FILE=a.yaml:b.yaml",
        "a.yaml": WEB,
        "b.yaml": "services: {web: {image: b}}",
        "compose.yaml": WEB,
    }
    assert loaded(files) == {"web": "b"}
    for empty in ("", "a.yaml:", ":a.yaml"):
        with pytest.raises(InvalidCompose, match="COMPOSE_FILE has an empty path"):
            loaded({**files, ".env": f"COMPOSE_FILE={empty}"})


def test_without_a_file_in_the_directory_the_nearest_one_above_counts() -> None:
    files = {"compose.yaml": WEB, "a/compose.yaml": WEB, "a/compose.override.yaml": "services: {web: {image: a}}"}
    assert loaded(files, project_directory="a/b/c") == {"web": "a"}
    for outside in ("../x", "/x"):
        with pytest.raises(InvalidCompose, match="there is no Compose file"):
            loaded(files, project_directory=outside)


def test_variables_given_win_over_those_of_files() -> None:
    files = {".env": "A=file\nB=file"}
    web = project("services: {web: {image: '$A-$B'}}", files, variables={"A": "given"}).services["web"]
    assert web.image == "given-file"


def test_environment_files_can_be_named() -> None:
    files = {".env": "A=default", "one.env": "A=one\nB=one", "two.env": "B=two"}
    options = {"env_files": ("one.env", "two.env")}
    assert project("services: {web: {image: '$A-$B'}}", files, **options).services["web"].image == "one-two"


def test_the_directory_of_the_first_file_counts() -> None:
    files = {
        "sub/c.yaml": "services: {web: {image: '${A}', build: ./x, env_file: e.env}}",
        "sub/.env": "A=sub",
        "sub/e.env": "E=1",
    }
    found = project(WEB, files, compose_files=("sub/c.yaml",))
    assert (found.name, found.services["web"].image, found.services["web"].environment) == ("sub", "sub", {"E": "1"})


def test_paths_of_the_result_can_count_from_the_root() -> None:
    files = {
        "sub/c.yaml": """
            services: {web: {image: a, env_file: e.env, volumes: ['./x:/x', '../y:/y'], secrets: [s]}}
            secrets: {s: {file: s.txt}}
        """,
        "sub/.env": "A=sub",
        "sub/e.env": "E=1",
    }
    loaded = application(WEB, files, compose_files=("sub/c.yaml",), from_root=True)

    web = loaded.project.services["web"]
    assert [mount.source for mount in web.volumes] == ["sub/x", "y"]
    assert loaded.project.secrets["s"].file == "sub/s.txt"
    assert web.environment == {"E": "1"}
    assert loaded.files == ("sub/c.yaml",)
    assert loaded.environment_files == {"sub/.env", "sub/e.env"}


def test_at_the_root_paths_stay_as_they_are_written() -> None:
    loaded = application("services: {web: {image: a, volumes: ['./x:/x']}}", from_root=True)

    assert loaded.project.services["web"].volumes[0].source == "./x"
    assert loaded.environment_files == set()


def test_the_project_directory_can_be_chosen() -> None:
    files = {"sub/c.yaml": "services: {web: {image: a, env_file: e.env}}", "e.env": "E=root", "sub/e.env": "E=sub"}
    found = project(WEB, files, compose_files=("sub/c.yaml",), project_directory=".")
    assert found.services["web"].environment == {"E": "root"}


@pytest.mark.parametrize(
    ("compose", "variables", "options", "expected"),
    [
        (WEB, {}, {}, "project"),
        (WEB, {}, {"name": "My Shop"}, "myshop"),
        ("name: My App.Prod!\n" + WEB, {}, {}, "myappprod"),
        ("name: 'a${X}'\n" + WEB, {"X": "1"}, {}, "a1"),
        ("name: ''\n" + WEB, {}, {}, "project"),
        ("name: infile\n" + WEB, {"COMPOSE_PROJECT_NAME": "fromenv"}, {}, "fromenv"),
        ("name: infile\n" + WEB, {"COMPOSE_PROJECT_NAME": "fromenv"}, {"project_name": "flag"}, "flag"),
    ],
)
def test_the_name(compose: str, variables: dict[str, str], options: dict[str, Any], expected: str) -> None:
    assert project(compose, variables=variables, **options).name == expected


def test_the_name_is_a_variable() -> None:
    assert project("name: shop\nservices: {web: {image: 'a:$COMPOSE_PROJECT_NAME'}}").services["web"].image == "a:shop"


def test_a_name_that_is_asked_for_must_be_one() -> None:
    for options in ({"project_name": "_x"}, {"variables": {"COMPOSE_PROJECT_NAME": "Shop"}}):
        assert "not a project name" in problems(WEB, **options)[0].message


def test_normal_name() -> None:
    assert [normal_name(text) for text in ("_-x", "A b.C", "!!", "a_1-")] == ["x", "abc", "", "a_1-"]
