from __future__ import annotations

from composestack.api.reasons import NoticeCode
from composestack.compose.environment import MAX_FILE_BYTES
from tests.unit.compose.application import application, problems, project, service


def test_variables_of_files_come_below_those_of_the_service_and_are_told_apart() -> None:
    web = service(
        "env_file: [a.env, b.env], environment: {OWN: own, NONE: }",
        files={"a.env": "A=1\nB=1\nOWN=file\nNONE=file", "b.env": "B=2"},
    )
    assert web.environment == {"A": "1", "B": "2", "OWN": "own", "NONE": None}
    assert web.environment_from_files == {"A", "B"}
    assert web.env_file == ()


def test_values_in_files_see_the_project_then_the_service_then_earlier_lines() -> None:
    web = service(
        "env_file: [a.env, b.env], environment: {S: service, P: service}",
        files={"a.env": "L=one\nR=$P-$S-$L", "b.env": "L=two\nQ=$L-$R"},
        variables={"P": "project"},
    )
    assert (web.environment["R"], web.environment["Q"]) == ("project-service-one", "two-project-service-one")


def test_names_without_value_come_from_the_project() -> None:
    web = service("environment: [HERE, GONE]", variables={"HERE": "h"})
    assert web.environment == {"HERE": "h", "GONE": None}


def test_an_optional_file_may_be_missing() -> None:
    assert service("env_file: [{path: no.env, required: false}]").environment == {}
    [found] = problems("services:\n  web:\n    image: a\n    env_file:\n    - no.env\n")
    assert (found.line, found.path) == (5, "services.web.env_file[0]")


def test_all_missing_files_come_at_once() -> None:
    found = problems("services: {a: {image: x, env_file: [1.env, 2.env]}, b: {image: x, label_file: 3.l}}")
    assert [each.path for each in found] == [
        "services.a.env_file[0]",
        "services.a.env_file[1]",
        "services.b.label_file[0]",
    ]


def test_files_outside_of_the_project_are_not_read() -> None:
    for path in ("/etc/passwd", "../secret.env", "a/../../secret.env"):
        [found] = problems(f"services: {{web: {{image: a, env_file: [{path}]}}}}")
        assert "outside" in found.message


def test_an_optional_file_outside_of_the_project_is_not_passed_over_in_silence() -> None:
    loaded = application("services: {web: {image: a, env_file: [{path: ../e.env, required: false}]}}")

    assert loaded.project.services["web"].environment == {}
    [notice] = loaded.notices
    assert (notice.path, notice.code) == ("services.web.env_file[0]", NoticeCode.IGNORED)
    assert "'../e.env' is outside of the project directory" in notice.message


def test_formats() -> None:
    raw = service("env_file: [{path: a.env, format: raw}]", files={"a.env": "A='$X'"})
    assert raw.environment == {"A": "'$X'"}
    [found] = problems("services: {web: {image: a, env_file: [{path: a.env, format: xml}]}}", {"a.env": ""})
    assert found.path == "services.web.env_file[0].format"


def test_files_of_inactive_services_are_not_read() -> None:
    loaded = project("services: {web: {image: a}, off: {image: b, env_file: no.env, profiles: [x]}}")
    assert set(loaded.services) == {"web"}


def test_labels_of_files_come_below_those_of_the_service() -> None:
    web = service("label_file: [1.l, 2.l], labels: {c: own}", files={"1.l": "a=1\nb=$a", "2.l": "c=file\nd=$a"})
    assert web.labels == {"a": "1", "b": "1", "c": "own", "d": "1"}


def test_hooks_read_files_as_services_do() -> None:
    web = service("env_file: a.env, pre_start: [{command: x}]", files={"a.env": "A=1"})
    assert web.pre_start[0].environment == {"A": "1"}
    assert web.pre_start[0].environment_from_files == {"A"}


def test_files_may_be_left_unread() -> None:
    web = service("env_file: no.env, environment: [A]", resolve_environment=False, variables={"A": "a"})
    assert ([file.path for file in web.env_file], web.environment) == (["no.env"], {"A": "a"})


def test_files_are_found_when_paths_are_absolute() -> None:
    web = service("env_file: sub/a.env, label_file: l", files={"sub/a.env": "A=1", "l": "b=2"}, root="/srv/app")
    assert (web.environment, web.labels) == ({"A": "1"}, {"b": "2"})


def test_how_much_is_read_is_bounded() -> None:
    services = "services:\n" + "".join(f"  s{n}: {{image: a, env_file: big.env}}\n" for n in range(50))
    found = problems(services, {"big.env": "A=" + "x" * (MAX_FILE_BYTES // 10)})
    assert [each.path for each in found] == ["services.s9.env_file[0]"]


def test_in_label_files_earlier_files_precede_earlier_lines() -> None:
    web = service("label_file: [1.l, 2.l]", files={"1.l": "a=one", "2.l": "a=two\nb=$a"})
    assert web.labels == {"a": "two", "b": "one"}
