from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from composestack.cli import INVALID, REFUSED, dump, main

SEED = """\
version: '3'
services:
  web:
    build: .
    ports:
      - "5000:5000"
  redis:
    image: redis:alpine
"""


def convert(*arguments: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["convert", *map(str, arguments)], input=stdin)


def objects(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.stderr
    return {f"{m['kind']}/{m['metadata']['name']}": m for m in yaml.safe_load_all(result.stdout)}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    directory = tmp_path / "hits"
    directory.mkdir()
    (directory / "compose.yaml").write_text(SEED)
    return directory


def test_manifests_go_to_standard_output_and_notices_to_standard_error(project: Path) -> None:
    result = convert("-f", project / "compose.yaml", "--set-image", "web=acme/hits:1")

    assert {"Service/web", "Service/redis", "Deployment/hits-web", "Deployment/hits-redis"} <= objects(result).keys()
    lines = result.stderr.splitlines()
    assert all(line.startswith("notice: ") for line in lines)
    assert any(line.startswith("notice: services.web.build: ") for line in lines)


def test_the_output_is_the_same_every_time(project: Path) -> None:
    arguments = ("-f", project / "compose.yaml", "--set-image", "web=acme/hits:1")

    assert convert(*arguments).stdout_bytes == convert(*arguments).stdout_bytes


def test_a_refusal_names_every_problem_and_prints_nothing(project: Path) -> None:
    (project / "compose.yaml").write_text("services: {a: {build: .}, b: {image: b, privileged: true}}")

    result = convert("-f", project / "compose.yaml")

    assert (result.exit_code, result.stdout) == (REFUSED, "")
    first, second = result.stderr.splitlines()
    assert first.startswith("error: services.a")
    assert "spec.images.a" in first
    assert second.startswith("error: services.b.privileged: ")


def test_an_invalid_file_is_told_with_path_line_and_attribute(project: Path) -> None:
    (project / "compose.yaml").write_text("services:\n  a:\n    imago: x\n  b:\n    image: [x]\n")

    result = convert("-f", project / "compose.yaml")

    assert (result.exit_code, result.stdout) == (INVALID, "")
    first, second = result.stderr.splitlines()
    assert first.startswith("error: compose.yaml:3:5: services.a.imago: ")
    assert second.startswith("error: compose.yaml:5:")


def test_files_profiles_and_variables_work_as_with_docker_compose(project: Path) -> None:
    (project / "compose.yaml").write_text(
        "services: {web: {image: 'nginx:${TAG}'}, debug: {image: busybox, profiles: [dev]}}"
    )
    (project / "more.yaml").write_text("services: {web: {environment: {A: '1'}}}")
    arguments = ("-f", project / "compose.yaml", "-f", project / "more.yaml", "-e", "TAG=7", "--name", "shop")

    plain, with_profile = objects(convert(*arguments)), objects(convert(*arguments, "--profile", "dev"))

    (container,) = plain["Deployment/shop-web"]["spec"]["template"]["spec"]["containers"]
    assert (container["image"], container["env"]) == ("nginx:7", [{"name": "A", "value": "1"}])
    assert set(with_profile) - set(plain) >= {"Deployment/shop-debug"}


def test_an_application_without_an_active_service_is_invalid(project: Path) -> None:
    (project / "compose.yaml").write_text("services: {debug: {image: busybox, profiles: [dev]}}")

    result = convert("-f", project / "compose.yaml")

    assert (result.exit_code, result.stdout) == (INVALID, "")
    assert "profile" in result.stderr


def test_without_files_the_project_directory_is_searched_as_docker_does(project: Path) -> None:
    (project / "compose.override.yaml").write_text("services: {web: {image: acme/hits:2}}")

    result = convert("--project-directory", project)

    assert "Deployment/hits-web" in objects(result)


def test_variables_of_the_process_are_not_used(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAG", "from-the-process")
    (project / "compose.yaml").write_text("services: {web: {image: 'nginx:${TAG:-none}'}}")

    result = convert("-f", project / "compose.yaml")

    assert "from-the-process" not in result.stdout


def test_nothing_outside_of_the_project_directory_is_read(project: Path) -> None:
    (project.parent / "secret.conf").write_text("top secret")
    (project / "link.conf").symlink_to(project.parent / "secret.conf")
    for source in ("../secret.conf", "./link.conf"):
        (project / "compose.yaml").write_text(f"services: {{web: {{image: nginx, volumes: ['{source}:/etc/a.conf']}}}}")

        result = convert("-f", project / "compose.yaml")

        assert result.exit_code == REFUSED
        assert "top secret" not in result.output

    outside = convert("-f", project / "compose.yaml", "-f", project.parent / "secret.conf")
    assert outside.exit_code == 2
    assert "--project-directory" in outside.stderr


@pytest.mark.parametrize("text", ["1e5", "12", "0777", "0x1F", "y", "1_000", "true", "null", "~", ".5", "5000-tcp", ""])
def test_text_stays_text_in_the_output(text: str) -> None:
    stream = io.StringIO()
    dump([{"key": text, text: "key"}], stream)

    loaded = yaml.safe_load(stream.getvalue())

    assert loaded == {"key": text, text: "key"}
    if text in {"1e5", "y"}:  # PyYAML reads these as text even if they are plain; kubectl does not
        assert f"'{text}'" in stream.getvalue()


def test_a_pair_without_a_key_is_an_error(project: Path) -> None:
    result = convert("-f", project / "compose.yaml", "-e", "=x")

    assert result.exit_code == 2
    assert "KEY=VALUE" in result.stderr


def test_crd_prints_the_definition() -> None:
    result = CliRunner().invoke(main, ["crd"])

    assert yaml.safe_load(result.stdout)["kind"] == "CustomResourceDefinition"


def test_wrong_settings_are_told_before_anything_runs() -> None:
    result = CliRunner().invoke(main, ["run", "--probe-address", "nowhere"])

    assert result.exit_code == 2
    assert "HOST:PORT" in result.stderr
