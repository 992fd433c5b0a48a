from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from composestack.cluster import client as client_module
from composestack.cluster import watch
from composestack.cluster.client import Client
from tests.unit.cluster.api import FakeApi, serving


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry at once."""
    for module in (client_module, watch):
        monkeypatch.setattr(module, "FIRST_DELAY", 0.001)


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
async def client(api: FakeApi) -> AsyncIterator[Client]:
    async with serving(api) as client:
        yield client
