from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from composestack.cli.application import INVALID, REFUSED
from composestack.cli.validate import NOTICED

Cli = Callable[..., Result]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "compose.yaml"


def test_an_application_without_a_fault_ends_with_zero(cli: Cli, file: Path) -> None:
    file.write_text("services: {web: {image: nginx}}")

    result = cli("validate", "-f", file)

    assert (result.exit_code, result.stdout) == (0, "0 errors, 0 notices\n")


def test_invalid_input_is_shown_with_its_line(cli: Cli, file: Path) -> None:
    file.write_text("services:\n  web:\n    imago: nginx\n")

    result = cli("validate", "-f", file)

    assert result.exit_code == INVALID
    assert "invalid: compose.yaml:3:5: services.web.imago: " in result.stdout
    assert "\n    3 |     imago: nginx\n      |     ^\n" in result.stdout
    assert result.stdout.endswith("1 errors, 0 notices\n")


@pytest.mark.parametrize(
    ("options", "status"), [((), 0), (("--strict",), NOTICED)], ids=["notices pass", "strict counts them"]
)
def test_notices(cli: Cli, file: Path, options: tuple[str, ...], status: int) -> None:
    file.write_text("services:\n  web:\n    image: nginx\n    cpuset: '0'\n")

    result = cli("validate", "-f", file, *options)

    assert result.exit_code == status
    assert "notice: compose.yaml:4:5: services.web.cpuset: " in result.stdout
    assert "\n    4 |     cpuset: '0'\n" in result.stdout


def test_a_refusal_has_a_remedy(cli: Cli, file: Path) -> None:
    file.write_text("services: {web: {image: nginx, privileged: true}}")

    result = cli("validate", "-f", file, "--format", "json")

    assert result.exit_code == REFUSED
    [found] = json.loads(result.stdout)
    assert (found["level"], found["path"]) == ("refused", "services.web.privileged")
    assert (found["file"], found["line"]) == ("compose.yaml", 1)
    assert found["remedy"]


def test_sarif_names_file_line_and_rule(cli: Cli, file: Path) -> None:
    file.write_text("services:\n  web:\n    imago: nginx\n")

    log = json.loads(cli("validate", "-f", file, "--format", "sarif").stdout)

    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    [result] = run["results"]
    assert result["ruleId"] in {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert result["level"] == "error"
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "compose.yaml"},
                "region": {"startLine": 3, "startColumn": 5},
            }
        }
    ]


def test_sarif_of_what_has_no_line_names_the_first_file(cli: Cli, file: Path) -> None:
    file.write_text(
        "apiVersion: composestack.io/v1alpha1\nkind: ComposeStack\nmetadata: {name: shop}\n"
        "spec: {compose: {services: {web: {image: nginx, expose: [80]}}}, exclude: [db]}\n"
    )

    log = json.loads(cli("validate", "-f", file, "--format", "sarif").stdout)

    [result] = log["runs"][0]["results"]
    assert result["level"] == "note"
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "compose.yaml"}}}]


def test_notices_are_told_beside_what_is_refused(cli: Cli, file: Path) -> None:
    file.write_text("services: {web: {image: 'nginx:${TAG}', privileged: true}}\n")

    found = json.loads(cli("validate", "-f", file, "--format", "json").stdout)

    assert [(each["level"], each["path"]) for each in found] == [
        ("refused", "services.web.privileged"),
        ("notice", "services.web.image"),
    ]
