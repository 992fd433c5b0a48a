"""The option --policy: what the admin would allow, for those who look before they run."""

from __future__ import annotations

import re
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


BY_NAMESPACE = """
policy: {privileged: true}
namespacePolicies:
  media: {host_network: true}
  strict: {privileged: false}
"""


@pytest.mark.parametrize(
    ("namespace", "refused"),
    [
        ("media", set()),
        ("strict", {"policy.privileged", "policy.host_network"}),
        ("other", {"policy.host_network"}),
        ("", {"policy.host_network"}),
    ],
)
def test_the_policy_of_the_namespace_holds(
    cli: Cli, file: Path, policy: Path, namespace: str, refused: set[str]
) -> None:
    policy.write_text(BY_NAMESPACE)

    result = cli("convert", "-f", file, "--policy", policy, *(["--namespace", namespace] if namespace else []))

    assert set(re.findall(r"policy\.\w+", result.stderr)) == refused
    assert result.exit_code == (2 if refused else 0)


def test_the_namespace_that_a_stack_says_counts_unless_another_one_is_asked_for(
    cli: Cli, policy: Path, tmp_path: Path
) -> None:
    policy.write_text(BY_NAMESPACE)
    stack = tmp_path / "stack.yaml"
    stack.write_text(
        "apiVersion: composestack.io/v1alpha1\nkind: ComposeStack\nmetadata: {name: shop, namespace: strict}\n"
        "spec: {compose: {services: {web: {image: nginx, privileged: true}}}}\n"
    )

    assert cli("convert", "-f", stack, "--policy", policy).exit_code == 2
    assert cli("validate", "-f", stack, "--policy", policy, "-n", "other").exit_code == 0


def test_what_is_wrong_in_a_namespace_is_told(cli: Cli, file: Path, policy: Path) -> None:
    policy.write_text("namespacePolicies: {media: {privilegd: true}, Shop: {}, blog: {host_paths: [srv]}}")

    said = cli("convert", "-f", file, "--policy", policy).stderr

    assert "namespacePolicies.media.privilegd: the policy has no such key; write privileged" in said
    assert "namespacePolicies.blog.host_paths[0]: " in said
    assert "namespacePolicies.Shop: " in said
