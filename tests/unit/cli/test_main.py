from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from composestack.cli import main
from composestack.cli.application import INVALID, REFUSED
from composestack.cli.documents import dump
from composestack.compose.yaml import parse
from composestack.directory import DirectoryOnDisk

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
    first, second = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert first.startswith("error: compose.yaml:1:12: services.a")
    assert "spec.images.a" in first
    assert second.startswith("error: compose.yaml:1:41: services.b.privileged: ")


def test_an_invalid_file_is_told_with_path_line_and_attribute(project: Path) -> None:
    (project / "compose.yaml").write_text("services:\n  a:\n    imago: x\n  b:\n    image: [x]\n")

    result = convert("-f", project / "compose.yaml")

    assert (result.exit_code, result.stdout) == (INVALID, "")
    first, line, mark, second, *_ = result.stderr.splitlines()
    assert first.startswith("error: compose.yaml:3:5: services.a.imago: ")
    assert second.startswith("error: compose.yaml:5:")
    assert (line, mark.index("^")) == ("    3 |     imago: x", line.index("imago"))


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


def config(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["config", *map(str, arguments)])


def model(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    directory = tmp_path / "shop"
    directory.mkdir()
    (directory / "compose.yaml").write_text(
        "services:\n"
        "  web: {image: 'nginx:${TAG:-1}', command: 'echo $$HOME', ports: ['8080:80'], volumes: ['./html:/html']}\n"
        "  tools: {image: busybox, profiles: [dev]}\n"
        "volumes: {spare: {}}\n"
    )
    return directory


def test_the_default_is_yaml_that_loads_as_the_same_application(shop: Path) -> None:
    printed = config("--project-directory", shop)
    again = shop / "again.yaml"
    again.write_text(printed.stdout)

    assert printed.stdout.startswith("name: shop\nservices:\n  web:\n")
    assert "$$HOME" in printed.stdout
    first, second = (
        model(config("--project-directory", shop, "--format=json")),
        model(config("--format=json", "-f", again)),
    )
    assert first["services"]["web"]["command"] == ["echo", "$HOME"]
    assert first == second


def test_profiles_variables_and_the_name_are_those_of_the_options(shop: Path) -> None:
    call = ("--project-directory", shop, "--format=json")

    shown = model(config(*call, "--profile", "dev", "-e", "TAG=2", "--project-name", "other"))

    assert (shown["name"], set(shown["services"])) == ("other", {"web", "tools"})
    assert shown["services"]["web"]["image"] == "nginx:2"
    assert set(model(config(*call))["services"]) == {"web"}


def test_environment_files_replace_the_default_one(shop: Path) -> None:
    (shop / ".env").write_text("TAG=from-default\n")
    (shop / "a.env").write_text("TAG=from-a\n")
    (shop / "b.env").write_text("TAG=from-b\n")
    call = ("--project-directory", shop, "--format=json")

    def image(*arguments: object) -> str:
        return str(model(config(*call, *arguments))["services"]["web"]["image"])

    assert image() == "nginx:from-default"
    assert image("--env-file", shop / "b.env", "--env-file", shop / "a.env") == "nginx:from-a"


def test_what_an_option_keeps(shop: Path) -> None:
    (shop / "web.env").write_text("A=1\n")
    (shop / "more.yaml").write_text("services: {web: {env_file: web.env}}")
    call = ("-f", shop / "compose.yaml", "-f", shop / "more.yaml", "--format=json")

    plain = model(config(*call))
    kept = model(config(*call, "--no-env-resolution", "--keep-unused", "--resolve-paths"))

    assert plain["services"]["web"]["environment"] == {"A": "1"}
    assert plain["services"]["web"]["volumes"][0]["source"] == "./html"
    assert "volumes" not in plain
    assert kept["services"]["web"]["env_file"] == [{"path": str(shop / "web.env")}]
    assert "environment" not in kept["services"]["web"]
    assert kept["services"]["web"]["volumes"][0]["source"] == str(shop / "html")
    assert kept["volumes"] == {"spare": {"name": "shop_spare"}}


def test_without_interpolation_the_merged_files_keep_their_variables(shop: Path) -> None:
    (shop / "more.yaml").write_text("services: {web: {ports: ['${PORT}:81'], deploy: {replicas: '${N:?}'}, scale: 1}}")
    call = ("-f", shop / "compose.yaml", "-f", shop / "more.yaml", "--no-interpolate")

    printed = config(*call)

    assert (printed.exit_code, printed.stderr) == (0, "")
    web = yaml.safe_load(printed.stdout)["services"]["web"]
    assert web["image"] == "nginx:${TAG:-1}"
    assert web["command"] == "echo $$HOME"
    assert web["deploy"] == {"replicas": "${N:?}"}
    assert web["ports"] == [{"target": 80, "published": "8080", "protocol": "tcp", "mode": "ingress"}, "${PORT}:81"]
    [volume] = web["volumes"]
    assert volume == {"type": "bind", "source": "./html", "target": "/html", "bind": {"create_host_path": True}}
    absolute = model(config(*call, "--format=json", "--resolve-paths"))
    assert absolute["services"]["web"]["volumes"][0]["source"] == str(shop / "html")


def test_without_interpolation_a_broken_file_is_still_an_error(shop: Path) -> None:
    (shop / "compose.yaml").write_text("services: {a: {extends: {file: gone.yaml, service: b}}, a: {}}")

    result = config("--project-directory", shop, "--no-interpolate")

    assert (result.exit_code, result.stdout) == (INVALID, "")
    assert "error: compose.yaml:1:" in result.stderr


def test_every_problem_has_a_line_on_standard_error(shop: Path) -> None:
    (shop / "compose.yaml").write_text("services:\n  a:\n    imago: x\n  b:\n    image: [x]\n")

    result = config("--project-directory", shop)

    assert (result.exit_code, result.stdout) == (INVALID, "")
    first, second = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert first.startswith("error: compose.yaml:3:5: services.a.imago: ")
    assert second.startswith("error: compose.yaml:5:")


def test_a_file_that_cannot_be_read_is_an_error(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_: DirectoryOnDisk, path: str) -> bytes:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(DirectoryOnDisk, "read", denied)

    for arguments in (("--project-directory", shop), ("-f", shop / "compose.yaml")):
        result = config(*arguments)

        assert result.exit_code == INVALID
        assert result.stderr.startswith("error: ")
        assert "Permission denied" in result.stderr


def test_notices_go_to_standard_error(shop: Path) -> None:
    (shop / "compose.yaml").write_text("version: '3'\nservices: {web: {image: 'nginx:${TAG}'}}")

    result = config("--project-directory", shop, "--format=json")

    assert model(result)["services"]["web"]["image"] == "nginx:"
    assert [line.split(": ")[:2] for line in result.stderr.splitlines()] == [
        ["notice", "services.web.image"],
        ["notice", "version"],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "services: {web: {image: a, env_file: ../secret.env}}",
        "services: {web: {extends: {file: ../secret.env, service: a}}}",
        "services: {web: {image: a, env_file: link.env}}",
        "include: [../secret.env]",
    ],
)
def test_config_reads_nothing_outside_of_the_project_directory(shop: Path, text: str) -> None:
    (shop.parent / "secret.env").write_text("PASSWORD=hunter2\n")
    (shop / "link.env").symlink_to(shop.parent / "secret.env")
    (shop / "compose.yaml").write_text(text)

    result = config("--project-directory", shop)

    assert result.exit_code == INVALID
    assert "hunter2" not in result.output


@pytest.mark.parametrize("option", ["-f", "--env-file"])
def test_a_file_outside_of_the_project_directory_is_refused(shop: Path, option: str) -> None:
    outside = shop.parent / "secret.env"
    outside.write_text("PASSWORD=hunter2\n")

    result = config("--project-directory", shop, option, outside)

    assert result.exit_code == 2
    assert "--project-directory" in result.stderr
    assert "hunter2" not in result.output


def test_config_does_not_use_variables_of_the_process(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAG", "from-the-process")

    assert "from-the-process" not in config("--project-directory", shop).stdout


SCALARS = st.one_of(
    st.from_regex(r"[-+]?0?[xXoObB]?[0-9a-fA-F._:eE]{1,8}", fullmatch=True),
    st.from_regex(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ][0-9:.]{1,9}Z?)?", fullmatch=True),
    st.sampled_from(["y", "No", "on", "~", "null", "true", "<<", "=", ".inf", "-.INF", ".nan", "", "-0"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\n\t"), max_size=20),
)


@given(st.dictionaries(SCALARS, SCALARS, max_size=3))
def test_text_stays_text_for_readers_of_yaml_1_1_and_for_compose(texts: dict[str, str]) -> None:
    stream = io.StringIO()
    dump([{"x": texts}], stream)

    assert yaml.safe_load(stream.getvalue()) == {"x": texts}
    assert parse(stream.getvalue(), "compose.yaml") == [{"x": texts}]


def test_explain_tells_what_becomes_of_an_attribute() -> None:
    result = CliRunner().invoke(main, ["explain", "services.web.shm_size"])

    assert result.exit_code == 0
    assert result.stdout.startswith("services.*.shm_size: translated\n")


def test_explain_without_an_attribute_tells_of_all() -> None:
    text, page = (CliRunner().invoke(main, ["explain", *format_]).stdout for format_ in ([], ["--format", "markdown"]))

    assert "services.*.build: " in text
    assert "| `services.*.build` |" in page


def test_explain_has_near_matches_for_what_does_not_exist() -> None:
    result = CliRunner().invoke(main, ["explain", "shmsize"])

    assert result.exit_code == INVALID
    assert result.stderr.startswith("error: there is no attribute shmsize in Compose; did you mean services.*.shm_size")


def test_wrong_settings_of_the_operator_are_named_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPOSESTACK_WORKERS", "0")

    result = CliRunner().invoke(main, ["run", "--selector", "a b"])

    assert result.exit_code == 2
    (said,) = [line for line in result.stderr.splitlines() if line.startswith("Error:")]
    assert "selector: 'a b' is no label selector" in said
    assert "workers: Input should be greater than" in said
