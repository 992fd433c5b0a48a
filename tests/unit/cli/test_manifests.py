from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import Result

from composestack.cli.application import INVALID

Cli = Callable[..., Result]

STACK = """\
apiVersion: composestack.io/v1alpha1
kind: ComposeStack
metadata: {name: shop}
spec:
  compose: "services: {web: {image: 'nginx:${TAG}', volumes: ['./conf/a.conf:/a.conf:ro']}}"
  filesFrom: [{secret: {name: files, prefix: conf}}]
  env: [{name: TAG, value: '1'}]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "stack.yaml"


def image(result: Result) -> str:
    assert result.exit_code == 0, result.stderr
    objects = {each["kind"]: each for each in yaml.safe_load_all(result.stdout)}
    found: str = objects["Deployment"]["spec"]["template"]["spec"]["containers"][0]["image"]
    return found


@pytest.mark.parametrize(
    "data",
    [{"data": {"a.conf": b64encode(b"x").decode()}}, {"stringData": {"a.conf": "x"}}],
    ids=["data", "stringData"],
)
def test_a_compose_stack_is_converted_with_the_sources_beside_it(cli: Cli, file: Path, data: dict[str, str]) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "files"}, **data}
    file.write_text(f"{STACK}---\n{yaml.safe_dump(secret)}")

    assert image(cli("convert", "-f", file)) == "nginx:1"
    assert image(cli("convert", "-f", file, "-e", "TAG=2")) == "nginx:2"


def test_a_source_that_is_not_beside_it_is_missing(cli: Cli, file: Path) -> None:
    file.write_text(STACK)

    result = cli("convert", "-f", file)

    assert (result.exit_code, result.stdout) == (INVALID, "")
    assert result.stderr == "error: spec.filesFrom[0]: Secret/files does not exist in the file\n"


def test_two_stacks_in_one_file_are_one_too_many(cli: Cli, file: Path) -> None:
    file.write_text(f"{STACK}---\n{STACK}")

    result = cli("convert", "-f", file)

    assert result.exit_code != 0
    assert "holds 2 ComposeStacks" in result.stderr


def test_a_spec_that_the_api_would_reject_is_told(cli: Cli, file: Path) -> None:
    file.write_text("apiVersion: composestack.io/v1alpha1\nkind: ComposeStack\nspec: {networkPolicy: Maybe}\n")

    result = cli("convert", "-f", file)

    assert result.exit_code != 0
    assert "networkPolicy" in result.stderr
