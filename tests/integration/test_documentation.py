"""Whoever types what a page says gets what it promises."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.cluster import Cluster
from tests.docs.pages import blocks, script
from tests.integration.conftest import Stacks

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if any(each.language == "sh" for each in blocks(path)))


@pytest.mark.parametrize("page", PAGES, ids=[page.relative_to(DOCS).as_posix() for page in PAGES])
def test_every_command_works(page: Path, cluster: Cluster, stacks: Stacks, tmp_path: Path) -> None:
    for name in ("charts", "examples"):
        (tmp_path / name).symlink_to(ROOT / name)
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(cluster.kubeconfig.read_text())
    path = [Path(sys.executable).parent, cluster.bin, os.environ["PATH"]]
    environment = {
        **os.environ,
        "KUBECONFIG": str(kubeconfig),
        "PATH": os.pathsep.join(map(str, path)),
        "COLUMNS": "200",
    }
    stacks.kubectl(
        "config", "set-context", "--current", f"--namespace={stacks.namespace}", f"--kubeconfig={kubeconfig}"
    )

    done = subprocess.run(
        ["bash", "-x"],
        input=script(page),
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )

    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
