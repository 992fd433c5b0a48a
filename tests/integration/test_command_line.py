"""`composestack diff` and `composestack status` against a real API server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.cluster import Cluster
from tests.integration.conftest import Stacks

COMPOSE = """\
services:
  web:
    image: nginx:{tag}
    ports: ["80"]
    secrets: [password]
  old:
    image: busybox
secrets: {{password: {{environment: PASSWORD}}}}
"""


class Cli:
    def __init__(self, cluster: Cluster, stacks: Stacks) -> None:
        self._options = ("--kubeconfig", str(cluster.kubeconfig), "-n", stacks.namespace)

    def __call__(self, command: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "composestack.cli", command, *self._options, *map(str, arguments)]
        return subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def cli(cluster: Cluster, stacks: Stacks) -> Cli:
    return Cli(cluster, stacks)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "compose.yaml"
    path.write_text(COMPOSE.format(tag="1"))
    return path


ENV = [{"name": "PASSWORD", "value": "hunter2"}]


def test_diff_is_empty_for_what_is_applied(cli: Cli, stacks: Stacks, file: Path) -> None:
    stacks.apply("shop", file.read_text(), env=ENV)
    stacks.ready("shop")

    done = cli("diff", "-f", file, "--name", "shop", "-e", "PASSWORD=hunter2", "--exit-code")

    assert (done.returncode, done.stdout) == (0, "nothing would change\n"), done.stderr


def test_diff_shows_what_would_change_come_and_go_and_changes_nothing(cli: Cli, stacks: Stacks, file: Path) -> None:
    stacks.apply("shop", file.read_text(), env=ENV)
    stacks.ready("shop")
    before = stacks.get("deployment", "shop-web")
    file.write_text(COMPOSE.format(tag="2").replace("old:", "new:"))

    done = cli("diff", "-f", file, "--name", "shop", "-e", "PASSWORD=hunter3", "--exit-code")

    lines = done.stdout.splitlines()
    assert done.returncode == 3
    assert {"-        image: nginx:1", "+        image: nginx:2"} <= {line.replace("  - ", "    ") for line in lines}
    assert "+++ Deployment/shop-new (planned)" in lines
    assert "--- Deployment/shop-old (live)" in lines
    assert "hunter" not in done.stdout
    assert stacks.get("deployment", "shop-web") == before


def test_diff_tells_what_belongs_to_somebody_else(cli: Cli, stacks: Stacks, file: Path) -> None:
    stacks.kubectl("create", "service", "clusterip", "web", "--tcp=80")

    done = cli("diff", "-f", file, "--name", "shop", "-e", "PASSWORD=x")

    told = "! Service/web: it belongs to somebody else (written by kubectl-create), and is never taken over"
    assert told in done.stdout.splitlines()
    assert "--- Service/web" not in done.stdout


def test_status_waits_until_the_stack_is_ready(cli: Cli, stacks: Stacks, file: Path) -> None:
    stacks.apply("shop", file.read_text(), env=ENV)

    done = cli("status", "shop", "--watch", "--timeout", "60")

    assert done.returncode == 0, done.stderr
    assert "web" in done.stdout
    assert "1/1" in done.stdout
    assert "web:80" in done.stdout
    assert done.stdout.endswith("\n")


def test_status_ends_at_once_where_waiting_is_no_use(cli: Cli, stacks: Stacks) -> None:
    stacks.apply("shop", "services: {web: {imago: nginx}}")

    done = cli("status", "shop", "--watch", "--timeout", "60")

    assert done.returncode == 3
    assert "InvalidCompose" in done.stdout


def test_status_lists_all_stacks(cli: Cli, stacks: Stacks, file: Path) -> None:
    stacks.apply("shop", file.read_text(), env=ENV)
    stacks.ready("shop")

    done = cli("status")

    assert done.returncode == 0
    assert done.stdout.split()[:4] == ["NAME", "READY", "SERVICES", "STATUS"]
    assert "shop" in done.stdout
    assert "2/2" in done.stdout


def test_a_stack_that_is_not_there_and_a_cluster_that_does_not_let_us_in(cli: Cli, tmp_path: Path) -> None:
    assert cli("status", "nothing").returncode == 3

    for text in ("apiVersion: v1\nkind: Config\n", "x: ["):
        broken = tmp_path / "broken"
        broken.write_text(text)
        done = cli("status", "--kubeconfig", broken)

        assert done.returncode == 5
        assert done.stderr.startswith("error: ")
