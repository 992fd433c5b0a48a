"""The option --policy: what the admin would allow, for those who look before they run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Cli = Callable[..., Result]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "compose.yaml"
    path.write_text("services: {web: {image: nginx, privileged: true, network_mode: host}}")
    return path


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    return tmp_path / "policy.yaml"


def test_what_is_refused_names_the_key_that_would_allow_it(cli: Cli, file: Path) -> None:
    refused = cli("convert", "-f", file)

    assert refused.exit_code == 2
    assert "policy.privileged" in refused.stderr
    assert "policy.host_network" in refused.stderr


@pytest.mark.parametrize(
    "text", ["privileged: true\nhost_network: true\n", "replicas: 2\npolicy: {privileged: true, host_network: true}\n"]
)
def test_a_policy_allows_what_it_says(cli: Cli, file: Path, policy: Path, text: str) -> None:
    policy.write_text(text)

    assert "hostNetwork: true" in cli("convert", "-f", file, "--policy", policy).stdout


def test_an_empty_policy_is_the_default(cli: Cli, file: Path, policy: Path) -> None:
    policy.write_text("# nothing\n")

    assert cli("convert", "-f", file, "--policy", policy).stderr == cli("convert", "-f", file).stderr


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("privilegd: true", "policy.privilegd: the policy has no such key; write privileged"),
        ("replicas: 2\npolicy: {host_paths: srv}", "policy.host_paths: is no list"),
        ("host_paths: [srv]", "policy.host_paths[0]: "),
        ("publish_types: [ClusterIP]", "policy.publish_types[0]: should be"),
        ("[privileged]", "policy: is no mapping"),
        ("a: [", "cannot be read"),
    ],
)
def test_what_is_wrong_is_told(cli: Cli, file: Path, policy: Path, text: str, problem: str) -> None:
    policy.write_text(text)
    result = cli("convert", "-f", file, "--policy", policy)

    assert result.exit_code == 2
    assert problem in result.stderr


def test_a_file_that_is_not_there_is_told(cli: Cli, file: Path, tmp_path: Path) -> None:
    assert "cannot be read" in cli("convert", "-f", file, "--policy", tmp_path / "nowhere").stderr
