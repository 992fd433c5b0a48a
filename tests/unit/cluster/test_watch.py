from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

import pytest

from composestack.cluster.client import Client
from composestack.cluster.watch import Reflector, Rewound
from composestack.kinds import KINDS
from composestack.translate.plan import Manifest
from tests.unit.cluster.api import FakeApi, fails, falls_silent, says, streams


def thing(name: str, version: int) -> Manifest:
    return {"metadata": {"namespace": "ns", "name": name, "uid": name, "resourceVersion": str(version)}}


def page(*items: Manifest, version: int = 10, token: str = "") -> dict[str, Any]:
    return {"metadata": {"resourceVersion": str(version), "continue": token}, "items": list(items)}


def event(kind: str, name: str, version: int) -> dict[str, Any]:
    return {"type": kind, "object": thing(name, version)}


def bookmark(version: int) -> dict[str, Any]:
    return {"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": str(version)}}}


GONE = {"type": "ERROR", "object": {"kind": "Status", "code": 410, "message": "too old"}}
ERROR = {"type": "ERROR", "object": {"kind": "Status", "code": 500, "message": "etcd has no leader"}}


class Present:
    """A sink that knows which objects there are."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def put(self, live: Manifest) -> None:
        assert live["kind"] == "ConfigMap"
        self.names.add(live["metadata"]["name"])

    def drop(self, live: Manifest) -> None:
        self.names.discard(live["metadata"]["name"])

    def sweep(self, namespace: str | None, present: Collection[tuple[str, str]], version: int) -> None:
        self.names &= {name for _, name in present}


@pytest.fixture
def sink() -> Present:
    return Present()


@asynccontextmanager
async def following(client: Client, api: FakeApi, sink: Present) -> AsyncIterator[Reflector]:
    """Run a reflector until the script is at its end."""
    reflector = Reflector(client, KINDS["ConfigMap"], "ns", "label", sink)
    task = asyncio.create_task(reflector.run())
    try:
        await asyncio.wait_for(api.exhausted.wait(), 10)
        yield reflector
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def versions(api: FakeApi) -> list[str]:
    """What was asked for: `list`, `list TOKEN`, or the version from which was watched."""
    return [
        request.query["resourceVersion"] if "watch" in request.query else f"list {request.query.get('continue', '')}"
        for request in api.requests
    ]


async def test_it_lists_page_by_page_then_watches_from_there(api: FakeApi, client: Client, sink: Present) -> None:
    api.script = [
        says(200, page(thing("a", 1), token="next")),
        says(200, page(thing("b", 2), version=10)),
        streams(event("ADDED", "c", 11), event("DELETED", "a", 12)),
    ]

    async with following(client, api, sink) as reflector:
        assert sink.names == {"b", "c"}
        assert reflector.synced.is_set()

    assert versions(api) == ["list ", "list next", "10", "12"]
    assert all(request.query["labelSelector"] == "label" for request in api.requests)
    assert api.requests[0].path == "/api/v1/namespaces/ns/configmaps"


async def test_it_is_not_synced_before_the_last_page(api: FakeApi, client: Client, sink: Present) -> None:
    api.script = [says(200, page(thing("a", 1), token="next"))]

    async with following(client, api, sink) as reflector:
        assert not reflector.synced.is_set()


async def test_a_broken_watch_goes_on_where_it_broke(api: FakeApi, client: Client, sink: Present) -> None:
    api.script = [says(200, page()), streams(event("ADDED", "a", 11), broken=True), streams(event("ADDED", "b", 12))]

    async with following(client, api, sink):
        assert sink.names == {"a", "b"}

    assert versions(api) == ["list ", "10", "11", "12"]


async def test_a_bookmark_moves_the_version_on(api: FakeApi, client: Client, sink: Present) -> None:
    api.script = [says(200, page()), streams(bookmark(50))]

    async with following(client, api, sink):
        assert versions(api) == ["list ", "10", "50"]


@pytest.mark.parametrize("lost", [streams(GONE), fails(410)])
async def test_after_410_it_lists_anew_and_forgets_what_went_meanwhile(
    api: FakeApi, client: Client, sink: Present, lost: Any
) -> None:
    api.script = [says(200, page(thing("a", 1), thing("b", 2))), lost, says(200, page(thing("b", 2), version=30))]

    async with following(client, api, sink):
        assert sink.names == {"b"}

    assert versions(api) == ["list ", "10", "list ", "30"]


async def test_an_expired_page_starts_the_list_over(api: FakeApi, client: Client, sink: Present) -> None:
    api.script = [says(200, page(thing("a", 1), token="next")), fails(410), says(200, page(thing("a", 1)))]

    async with following(client, api, sink) as reflector:
        assert reflector.synced.is_set()

    assert versions(api) == ["list ", "list next", "list ", "10"]


async def test_another_error_in_the_stream_is_waited_out(api: FakeApi, client: Client, sink: Present) -> None:
    api.script = [says(200, page()), streams(ERROR), streams(event("ADDED", "a", 11))]

    async with following(client, api, sink):
        assert sink.names == {"a"}

    assert versions(api) == ["list ", "10", "10", "11"]


async def test_a_watch_that_never_works_again_is_replaced_by_a_list(
    api: FakeApi, client: Client, sink: Present
) -> None:
    api.script = [says(200, page()), *[fails(400)] * 3, says(200, page(thing("a", 1), version=20))]

    async with following(client, api, sink):
        assert sink.names == {"a"}

    assert versions(api) == ["list ", "10", "10", "10", "list ", "20"]


async def test_a_silent_watch_is_opened_anew_without_a_list_or_a_word(
    api: FakeApi, client: Client, sink: Present, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("composestack.cluster.client.SILENCE", 0.05)
    quiet = [falls_silent(event("ADDED", "a", 11)), *[falls_silent()] * 4]
    api.script = [says(200, page()), *quiet, streams(event("ADDED", "b", 12), bookmark(13))]

    async with following(client, api, sink):
        assert sink.names == {"a", "b"}

    assert versions(api) == ["list ", "10", *["11"] * 5, "13"]
    assert caplog.messages == []


async def test_a_list_that_fails_is_tried_until_it_works(api: FakeApi, client: Client, sink: Present) -> None:
    api.script = [fails(403), fails(403), says(200, page(thing("a", 1)))]

    async with following(client, api, sink) as reflector:
        assert reflector.synced.is_set()


async def test_a_restored_backup_ends_it(api: FakeApi, client: Client, sink: Present) -> None:
    api.script = [says(200, page()), streams(bookmark(50), GONE), says(200, page(version=20))]
    reflector = Reflector(client, KINDS["ConfigMap"], "ns", "label", sink)

    with pytest.raises(Rewound):
        await asyncio.wait_for(reflector.run(), 10)


async def test_its_age_counts_from_what_it_heard_last(
    api: FakeApi, client: Client, sink: Present, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.script = [says(200, page()), streams(bookmark(50))]

    async with following(client, api, sink) as reflector:
        heard = asyncio.get_running_loop().time()
        monkeypatch.setattr("composestack.cluster.watch.time.monotonic", lambda: heard + 100)
        assert reflector.age == pytest.approx(100, abs=5)


async def test_a_kind_that_is_not_served_has_no_objects(api: FakeApi, client: Client, sink: Present) -> None:
    sink.names = {"left"}
    api.script = [fails(404)]
    reflector = Reflector(client, KINDS["HTTPRoute"], "ns", "label", sink)
    task = asyncio.create_task(reflector.run())

    await asyncio.wait_for(reflector.synced.wait(), 10)
    assert sink.names == set()
    await asyncio.sleep(0.1)
    assert len(api.requests) == 1, "it is not asked for again and again"

    api.script = [says(200, page())]
    reflector.want()
    await asyncio.wait_for(api.exhausted.wait(), 10)
    assert versions(api) == ["list ", "list ", "10"]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_kind_that_we_may_not_see_is_as_one_that_is_not_served(
    api: FakeApi, client: Client, sink: Present
) -> None:
    api.script = [fails(403)]
    reflector = Reflector(client, KINDS["HTTPRoute"], "ns", "label", sink)
    task = asyncio.create_task(reflector.run())

    await asyncio.wait_for(reflector.synced.wait(), 10)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_kind_of_kubernetes_itself_has_to_be_served(api: FakeApi, client: Client, sink: Present) -> None:
    api.script = [fails(404), says(200, page())]

    async with following(client, api, sink) as reflector:
        assert reflector.synced.is_set()
    assert versions(api) == ["list ", "list ", "10"]
