"""The documentation site."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from composestack.api.reasons import Reason
from composestack.api.reference import as_markdown

DOCS = Path(__file__).parents[2] / "docs"


def test_it_builds_without_a_warning_and_no_link_leads_nowhere(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-n", "-q", "-b", "html", str(DOCS), str(tmp_path)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "index.html").exists()


def test_the_reference_is_in_step() -> None:
    assert (DOCS / "reference.md").read_text() == as_markdown(), "run `make generate`"


def test_every_reason_has_a_row_in_troubleshooting() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", (DOCS / "troubleshooting.md").read_text(), re.M)

    assert sorted(rows) == sorted(map(str, Reason))


def test_every_example_is_listed() -> None:
    examples = DOCS.parent / "examples"
    rows = re.findall(r"^\| `(\S+\.yaml)` \|", (DOCS / "examples.md").read_text(), re.M)
    stacks = (path for path in examples.rglob("*.yaml") if "kind: ComposeStack" in path.read_text())

    assert sorted(rows) == sorted(path.relative_to(examples).as_posix() for path in stacks)
