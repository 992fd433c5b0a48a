from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result

Cli = Callable[..., Result]

COMPOSE = """\
services:
  web:
    image: nginx:${TAG}
    volumes: ["./conf:/etc/nginx/conf.d:ro"]
    env_file: app.env
    secrets: [password, token]
secrets:
  password: {file: secrets/password.txt}
  token: {environment: TOKEN}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    for path, content in {
        "compose.yaml": COMPOSE.encode(),
        ".env": b"TAG=5\n",
        "app.env": b"A=1\n",
        "secrets/password.txt": b"hush\n",
        "conf/a.conf": b"server {}\n",
        "conf/logo.bin": b"\x00\xff",
        "README.md": b"not needed\n",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def wrapped(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.stderr
    return {each["kind"]: each for each in yaml.safe_load_all(result.stdout)}


def test_a_directory_becomes_a_stack_that_converts_to_the_same(cli: Cli, project: Path, tmp_path: Path) -> None:
    out = tmp_path / "stack.yaml"

    assert cli("wrap", project, "-e", "TOKEN=abc", "-o", out).exit_code == 0

    before = cli("convert", "--project-directory", project, "-e", "TOKEN=abc")
    assert before.exit_code == 0
    assert cli("convert", "-f", out).stdout == before.stdout


def test_what_is_secret_is_in_the_secret_alone(cli: Cli, project: Path) -> None:
    made = wrapped(cli("wrap", project, "-e", "TOKEN=abc"))

    data = {key: b64decode(value) for key, value in made["Secret"]["data"].items()}
    assert data == {".env": b"TAG=5\n", "app.env": b"A=1\n", "secrets_password.txt": b"hush\n", "TOKEN": b"abc"}
    spec = made["ComposeStack"]["spec"]
    assert spec["files"] == {"conf/a.conf": "server {}\n"}
    assert spec["env"] == [{"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "shop-secrets", "key": "TOKEN"}}}]
    assert "hush" not in str(made["ComposeStack"])


def test_what_is_no_text_is_in_a_config_map_and_what_nobody_reads_nowhere(cli: Cli, project: Path) -> None:
    made = wrapped(cli("wrap", project, "-e", "TOKEN=abc"))

    assert made["ConfigMap"]["binaryData"] == {"conf_logo.bin": "AP8="}
    assert "README.md" not in str(made)


def test_several_compose_files_stay_files(cli: Cli, project: Path) -> None:
    (project / "prod.yaml").write_text("services: {web: {deploy: {replicas: 2}}}")

    made = wrapped(
        cli("wrap", "-f", project / "compose.yaml", "-f", project / "prod.yaml", "-e", "TOKEN=a", "-e", "X=1")
    )

    spec = made["ComposeStack"]["spec"]
    assert spec["composeFiles"] == ["compose.yaml", "prod.yaml"]
    assert {"compose.yaml", "prod.yaml"} <= spec["files"].keys()
    assert {"name": "X", "value": "1"} in spec["env"]


def test_a_compose_file_that_a_container_sees_stays_a_file(cli: Cli, project: Path, tmp_path: Path) -> None:
    (project / "compose.yaml").write_text("services: {web: {image: nginx, volumes: ['.:/app:ro']}}\n")
    (project / ".env").unlink()
    out = tmp_path / "stack.yaml"

    assert cli("wrap", project, "-o", out).exit_code == 0

    before = cli("convert", "--project-directory", project)
    assert "compose.yaml: |" in before.stdout
    assert cli("convert", "-f", out).stdout == before.stdout


def test_more_text_than_an_annotation_holds_goes_into_config_maps(cli: Cli, project: Path, tmp_path: Path) -> None:
    for number in range(4):
        (project / "conf" / f"{number}.conf").write_text(f"# {number}\n" * 100_000)
    out = tmp_path / "stack.yaml"

    result = cli("wrap", project, "-e", "TOKEN=abc", "-o", out)

    assert result.exit_code == 0
    maps = [each for each in yaml.safe_load_all(out.read_text()) if each["kind"] == "ConfigMap"]
    assert [each["metadata"]["name"] for each in maps] == ["shop-files", "shop-files-2", "shop-files-3", "shop-files-4"]
    assert all(len(str(each)) < 1_000_000 for each in maps)


def test_what_the_operator_would_refuse_is_told(cli: Cli, project: Path) -> None:
    (project / "compose.yaml").write_text("services: {web: {image: nginx, privileged: true}}")

    result = cli("wrap", project)

    assert result.stderr.startswith("refused: compose.yaml:1:32: services.web.privileged: ")
    assert wrapped(result)["ComposeStack"]["spec"]["compose"]


BELOW = """\
services:
  web:
    image: nginx
    env_file: app.env
    secrets: [password]
    volumes: ["./conf:/conf", "../shared:/shared"]
    pre_start: [{image: nginx, command: "true", env_file: step.env}]
secrets: {password: {file: password.txt}}
"""


def test_what_is_secret_beside_a_compose_file_in_a_directory_is_in_the_secret(cli: Cli, tmp_path: Path) -> None:
    secret = {
        "deploy/.env": "T=1\n",
        "deploy/app.env": "A=1\n",
        "deploy/step.env": "S=1\n",
        "deploy/password.txt": "hush",
    }
    others = {"deploy/compose.yaml": BELOW, "deploy/conf/a.conf": "a", "shared/b.txt": "b"}
    for path, text in (secret | others).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)

    made = wrapped(cli("wrap", tmp_path, "-f", tmp_path / "deploy/compose.yaml", "--namespace", "team"))

    data = {key: b64decode(value).decode() for key, value in made["Secret"]["data"].items()}
    assert data == {path.replace("/", "_"): text for path, text in secret.items()}
    assert made["ComposeStack"]["spec"]["files"] == others
    assert {each["metadata"]["namespace"] for each in made.values()} == {"team"}


def test_what_is_left_out_stays_out(cli: Cli, project: Path) -> None:
    with (project / "compose.yaml").open("a") as file:
        file.write("include: [other.yaml]\n")
    (project / "other.yaml").write_text("services: {other: {image: redis}}\n")

    stack = wrapped(cli("wrap", project, "--exclude", "web"))["ComposeStack"]

    assert stack["spec"]["exclude"] == ["web"]
