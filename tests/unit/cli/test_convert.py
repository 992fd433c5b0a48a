from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import Result

Cli = Callable[..., Result]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "compose.yaml"
    path.write_text("services: {web: {image: nginx, expose: ['80']}}")
    return path


def test_a_folder_gets_a_file_for_each_object(cli: Cli, file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "made"
    whole = [*yaml.safe_load_all(cli("convert", "-f", file, "--name", "shop").stdout)]

    assert cli("convert", "-f", file, "--name", "shop", "-o", folder, "--kustomization").exit_code == 0

    listed = yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"]
    assert sorted(path.name for path in folder.iterdir()) == sorted([*listed, "kustomization.yaml"])
    assert "shop-web-deployment.yaml" in listed
    assert sorted(map(str, (yaml.safe_load((folder / name).read_text()) for name in listed))) == sorted(map(str, whole))


def test_a_file_gets_all_objects(cli: Cli, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "all.yaml"

    assert cli("convert", "-f", file, "-o", out).stdout == ""
    assert out.read_text() == cli("convert", "-f", file, "--stdout").stdout


def test_objects_are_in_the_namespace_that_is_asked_for(cli: Cli, file: Path) -> None:
    made = [*yaml.safe_load_all(cli("convert", "-f", file, "--namespace", "team").stdout)]

    assert {each["metadata"]["namespace"] for each in made} == {"team"}
    for each in made:
        del each["metadata"]["namespace"]
    assert made == [*yaml.safe_load_all(cli("convert", "-f", file).stdout)]


def test_a_directory_is_no_file(cli: Cli, tmp_path: Path) -> None:
    result = cli("convert", "-f", tmp_path)

    assert result.exit_code == 2
    assert f"{tmp_path} is a directory; name the file in it" in result.output


def test_a_service_can_be_left_out(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text("services: {web: {image: nginx}, proxy: {image: traefik, volumes: ['/run/docker.sock:/s']}}\n")

    assert cli("convert", "-f", file).exit_code == 2
    result = cli("convert", "-f", file, "--exclude", "proxy")

    assert result.exit_code == 0, result.output
    assert "traefik" not in result.stdout


def test_notices_are_told_beside_what_is_refused(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text("services: {web: {image: nginx, volumes: ['${CACHE}/x:/y']}}\n")

    result = cli("convert", "-f", file)

    assert result.exit_code == 2
    assert "notice: services.web.volumes[0]: the variable CACHE is not set" in result.stderr
