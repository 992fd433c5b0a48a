from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from composestack.cli import main

Cli = Callable[..., Result]


@pytest.fixture
def cli() -> Cli:
    """Calls the command line with these arguments."""
    return lambda *arguments: CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)
