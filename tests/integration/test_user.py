"""As whom the operator runs."""

from __future__ import annotations

import asyncio
import getpass

import pytest

from composestack.shell.main import operate
from composestack.shell.settings import OperatorSettings
from tests.cluster.client import Client


def test_a_user_without_a_name_will_do(
    cluster: Client, definition: None, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nameless() -> str:
        raise OSError("No username set in the environment")

    monkeypatch.setattr(getpass, "getuser", nameless)  # as for a number that is not in /etc/passwd
    settings = OperatorSettings(kubeconfig=cluster.kubeconfig, namespaces=[namespace], probe_address="")

    async def begin_and_end() -> None:
        stop = asyncio.Event()
        stop.set()
        await operate(settings, stop)

    asyncio.run(begin_and_end())
