from __future__ import annotations

import pytest

from composestack.cluster.client import Client
from composestack.cluster.events import AGAIN_AFTER, NOTE_LIMIT, Recorder
from composestack.reconcile.port import Event, StackKey
from tests.unit.cluster.api import FakeApi, fails, says

KEY = StackKey("ns", "shop")
READY = Event("Normal", "Ready", "all is well")


async def test_an_event_tells_of_the_stack(api: FakeApi, client: Client) -> None:
    api.script = [says(201, {})]

    await Recorder(client).emit(KEY, "uid", READY)

    (request,) = api.requests
    body = await request.json()
    assert request.path == "/apis/events.k8s.io/v1/namespaces/ns/events"
    assert body["regarding"]["name"] == "shop"
    assert body["regarding"]["uid"] == "uid"
    assert (body["type"], body["reason"], body["note"]) == ("Normal", "Ready", "all is well")


async def test_the_same_event_is_posted_once_in_a_while(
    api: FakeApi, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.script = [says(201, {})] * 5
    recorder, now = Recorder(client), [1000.0]
    monkeypatch.setattr("composestack.cluster.events.time.monotonic", lambda: now[0])

    for _ in range(3):
        await recorder.emit(KEY, "uid", READY)
    assert len(api.requests) == 1

    await recorder.emit(KEY, "another uid", READY)
    await recorder.emit(KEY, "uid", Event("Warning", "Ready", "all is well"))
    assert len(api.requests) == 3

    now[0] += AGAIN_AFTER + 1
    await recorder.emit(KEY, "uid", READY)
    assert len(api.requests) == 4


async def test_a_refused_event_is_forgotten(api: FakeApi, client: Client) -> None:
    api.script = [fails(403)]

    await Recorder(client).emit(KEY, "uid", READY)

    assert len(api.requests) == 1


async def test_a_long_message_is_cut(api: FakeApi, client: Client) -> None:
    api.script = [says(201, {})]

    await Recorder(client).emit(KEY, "uid", Event("Warning", "ApplyFailed", "x" * 5000))

    assert len((await api.requests[0].json())["note"]) == NOTE_LIMIT


async def test_only_so_many_are_remembered(api: FakeApi, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("composestack.cluster.events.REMEMBERED", 2)
    api.script = [says(201, {})] * 5
    recorder = Recorder(client)

    for uid in ("a", "b", "c", "a"):
        await recorder.emit(KEY, uid, READY)

    assert len(api.requests) == 4
