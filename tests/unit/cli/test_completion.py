from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from click.testing import Result

from composestack.cli.main import COMMANDS

Cli = Callable[..., Result]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_there_is_a_script_for_each_shell(cli: Cli, shell: str) -> None:
    result = cli("completion", shell)

    assert result.exit_code == 0
    assert "_COMPOSESTACK_COMPLETE" in result.stdout


def test_every_command_is_completed() -> None:
    asked = {"_COMPOSESTACK_COMPLETE": "bash_complete", "COMP_WORDS": "composestack ", "COMP_CWORD": "1"}
    code = "from composestack.cli import main; main(prog_name='composestack')"

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**os.environ, **asked}
    )

    assert {line.partition(",")[2] for line in done.stdout.splitlines()} == set(COMMANDS)
