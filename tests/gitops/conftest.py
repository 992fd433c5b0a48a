"""The tools, for the session, and an operator that looks after what they apply.

The tests with the tools come last: what has to be built for them is built beside the other tests.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.plugin import terminal
from tests.cluster.toolchain import NoGo
from tests.gitops import argocd as argo
from tests.gitops import flux as controllers

TOOLS = ("argocd", "flux")


def needed(item: pytest.Item) -> list[str]:
    return [tool for tool in TOOLS if tool in getattr(item, "fixturenames", ())]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: bool(needed(item)))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin to build what the tests need; where everything is there, that is done at once."""
    tools = {tool for item in session.items for tool in needed(item)}
    if tools and not session.config.option.collectonly:
        command, nowhere = [sys.executable, "-m", "tests.gitops", *sorted(tools)], subprocess.DEVNULL
        # Who waits for a program hears why it cannot be built.
        builder = subprocess.Popen(
            command, cwd=session.config.rootpath, stdout=nowhere, stderr=nowhere, process_group=0
        )
        session.config.add_cleanup(lambda: end(builder))


def end(builder: subprocess.Popen[bytes]) -> None:
    """End the builder, and the compilers that it has started."""
    if builder.poll() is None:
        os.killpg(builder.pid, signal.SIGTERM)
        builder.wait()


@pytest.fixture(scope="session")
def argocd(request: pytest.FixtureRequest) -> Path:
    """The program around the code of Argo CD."""
    try:
        return argo.build(terminal(request.config))
    except NoGo as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def flux(request: pytest.FixtureRequest) -> controllers.Flux:
    """The controllers of Flux."""
    try:
        return controllers.build(terminal(request.config))
    except NoGo as error:
        pytest.skip(str(error))
