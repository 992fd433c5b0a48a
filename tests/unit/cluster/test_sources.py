from __future__ import annotations

import asyncio
from base64 import b64encode
from typing import Any

import pytest

from composestack.cluster.client import Client
from composestack.cluster.sources import Objects, Sources
from composestack.kinds import Ref
from composestack.reconcile.port import StackKey
from composestack.reconcile.sources import ABSENT, content_digest
from composestack.translate.plan import Manifest
from tests.unit.cluster.api import FakeApi, fails, says, streams

SHOP, BLOG = StackKey("ns", "shop"), StackKey("ns", "blog")
NAME = ("ns", "s")
S = Ref("Secret", "s")


def source(version: int, value: str = "hunter2", name: str = "s") -> Manifest:
    metadata = {"namespace": "ns", "name": name, "resourceVersion": str(version)}
    return {"kind": "Secret", "metadata": metadata, "data": {"k": b64encode(value.encode()).decode()}}


def metadata(version: int, name: str = "s") -> Manifest:
    return {"kind": "PartialObjectMetadata", "metadata": source(version, name=name)["metadata"]}


@pytest.fixture
def changes() -> list[StackKey]:
    return []


@pytest.fixture
def objects(changes: list[StackKey]) -> Objects:
    """The objects, of which two stacks use one that has been read at version 5."""
    objects = Objects(changes.append)
    objects.add(NAME, SHOP)
    objects.add(NAME, BLOG)
    objects.learn(NAME, source(5), since=0)
    return objects


def test_what_was_read_is_known(objects: Objects, changes: list[StackKey]) -> None:
    assert objects.digest(NAME) == content_digest(source(5))
    assert changes == []


def test_a_change_concerns_exactly_its_users(objects: Objects, changes: list[StackKey]) -> None:
    objects.put(metadata(6, "another"))
    assert changes == []

    objects.put(metadata(6))
    assert sorted(changes) == [BLOG, SHOP]
    assert objects.digest(NAME) == ""


def test_the_version_that_was_read_is_no_news_and_an_older_one_neither(
    objects: Objects, changes: list[StackKey]
) -> None:
    objects.put(metadata(5))
    objects.put(metadata(4))
    objects.drop(metadata(4))

    assert (changes, objects.digest(NAME)) == ([], content_digest(source(5)))


def test_an_object_that_goes_and_comes(objects: Objects, changes: list[StackKey]) -> None:
    objects.drop(metadata(6))
    assert (len(changes), objects.digest(NAME)) == (2, ABSENT)

    objects.put(metadata(7))
    assert (len(changes), objects.digest(NAME)) == (4, "")


def test_a_list_tells_what_is_gone(objects: Objects, changes: list[StackKey]) -> None:
    objects.sweep("elsewhere", set(), 9)
    objects.sweep(None, {NAME}, 9)
    assert changes == []

    objects.sweep("ns", set(), 10)
    assert (len(changes), objects.digest(NAME)) == (2, ABSENT)

    objects.sweep("ns", set(), 11)
    assert len(changes) == 2, "it was gone already"


def test_an_answer_that_is_overtaken_by_a_change_counts_for_nothing(objects: Objects) -> None:
    before = objects.version(NAME)
    objects.put(metadata(7))
    objects.learn(NAME, source(6), since=before)
    assert objects.digest(NAME) == ""

    objects.learn(NAME, None, since=before)
    assert objects.digest(NAME) == ""

    objects.learn(NAME, source(7), since=7)
    assert objects.digest(NAME) == content_digest(source(7))


def test_of_an_object_that_nobody_uses_nothing_is_kept(objects: Objects, changes: list[StackKey]) -> None:
    objects.discard(NAME, SHOP)
    objects.put(metadata(6))
    assert changes == [BLOG]

    objects.discard(NAME, BLOG)
    objects.put(metadata(7))
    objects.learn(NAME, source(7), since=0)
    assert (changes, len(objects)) == ([BLOG], 0)


def page(*items: Manifest, version: int = 10) -> dict[str, Any]:
    return {"metadata": {"resourceVersion": str(version)}, "items": list(items)}


async def test_one_watch_of_metadata_serves_all_users_and_ends_with_the_last(
    api: FakeApi, client: Client, changes: list[StackKey]
) -> None:
    api.script = [says(200, page(metadata(5))), streams({"type": "MODIFIED", "object": metadata(11)})]
    sources = Sources(client, ["ns"], changes.append)
    task = asyncio.create_task(sources.run())
    await asyncio.sleep(0.05)
    assert api.requests == []

    sources.use(SHOP, (S,))
    sources.use(BLOG, (S,))
    await asyncio.wait_for(api.exhausted.wait(), 10)
    assert [request.path for request in api.requests] == ["/api/v1/namespaces/ns/secrets"] * 3
    assert all("as=PartialObjectMetadata" in request.headers["Accept"] for request in api.requests)
    assert sorted(changes) == [BLOG, BLOG, SHOP, SHOP]
    assert 0 < sources.age < 10

    sources.use(SHOP, ())
    assert sources.age > 0
    sources.use(BLOG, ())
    assert sources.age == 0
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_is_not_read_yet_is_not_known(api: FakeApi, client: Client, changes: list[StackKey]) -> None:
    api.script = [says(200, source(5)), fails(404)]
    sources = Sources(client, [], changes.append)
    missing = Ref("ConfigMap", "c")
    sources.use(SHOP, (missing, S))
    assert sources.digests(SHOP) == {}

    assert await sources.read("ns", S) == source(5)
    assert sources.digests(SHOP) == {S: content_digest(source(5))}

    assert await sources.read("ns", missing) is None
    assert sources.digests(SHOP) == {S: content_digest(source(5)), missing: ABSENT}
    assert sources.digests(BLOG) == {}


async def test_a_stack_may_use_other_objects_than_before(api: FakeApi, client: Client, changes: list[StackKey]) -> None:
    api.script = [says(200, source(5))]
    sources = Sources(client, [], changes.append)
    sources.use(SHOP, (S,))
    await sources.read("ns", S)

    sources.use(SHOP, (Ref("ConfigMap", "c"), S))
    assert set(sources.digests(SHOP)) == {S}, "what is still used is still known"
    sources.use(SHOP, (Ref("ConfigMap", "c"),))
    assert sources.digests(SHOP) == {}
