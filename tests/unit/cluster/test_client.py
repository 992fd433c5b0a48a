from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from composestack.cluster.client import ATTEMPTS, ApiError, Client, Fenced, Overloaded, Request, Unreachable
from composestack.cluster.connecting import connect
from tests.unit.cluster.api import FakeApi, fails, hangs_up, says, streams

GET = Request("GET", "/api/v1/namespaces/a/configmaps/b")


async def test_an_answer_is_decoded(api: FakeApi, client: Client) -> None:
    api.script = [says(200, {"kind": "ConfigMap"})]

    assert await client.call(GET) == {"kind": "ConfigMap"}


async def test_a_body_is_sent_as_it_is_with_its_type_and_query(api: FakeApi, client: Client) -> None:
    api.script = [says(200, {})]

    await client.call(Request("PATCH", "/x", {"a": None, "b": "ü"}, {"force": "true"}, "application/apply-patch+yaml"))

    (request,) = api.requests
    assert await request.json() == {"a": None, "b": "ü"}
    assert request.content_type == "application/apply-patch+yaml"
    assert request.query == {"force": "true", "timeout": "15.000s"}
    assert request.headers["User-Agent"].startswith("composestack/")


@pytest.mark.parametrize("fault", [fails(429), fails(500), fails(503), fails(504), hangs_up()])
async def test_what_may_pass_is_tried_again(api: FakeApi, client: Client, fault: object) -> None:
    api.script = [fault, fault, says(200, {"ok": True})]  # type: ignore[list-item] # a parametrized Answer

    assert await client.call(GET) == {"ok": True}


@pytest.mark.parametrize("code", [400, 403, 404, 409, 422])
async def test_what_will_not_pass_is_not_tried_again(api: FakeApi, client: Client, code: int) -> None:
    api.script = [fails(code, "because"), says(200, {})]

    with pytest.raises(ApiError, match="because") as caught:
        await client.call(GET)

    assert caught.value.status == code
    assert len(api.requests) == 1


async def test_it_gives_up_after_some_attempts(api: FakeApi, client: Client) -> None:
    api.script = [fails(503)] * 20

    with pytest.raises(Overloaded):
        await client.call(GET)

    assert len(api.requests) == ATTEMPTS


async def test_what_must_not_be_done_twice_is_sent_once(api: FakeApi, client: Client) -> None:
    api.script = [hangs_up(), says(200, {})]

    with pytest.raises(Unreachable):
        await client.call(Request("POST", "/events", {}, idempotent=False))

    assert len(api.requests) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_no_write_leaves_past_the_fence_but_reads_do(api: FakeApi, client: Client, method: str) -> None:
    def closed() -> float:
        raise Fenced

    client.fence = closed
    with pytest.raises(Fenced):
        await client.call(Request(method, "/x", {}))
    assert api.requests == []

    api.script = [says(200, {"ok": True})]
    assert await client.call(GET) == {"ok": True}


async def test_a_write_is_not_sent_again_when_the_fence_has_closed(api: FakeApi, client: Client) -> None:
    def closes() -> float:
        if api.requests:
            raise Fenced
        return 10.0

    client.fence = closes
    api.script = [hangs_up(), says(200, {})]
    with pytest.raises(Fenced):
        await client.call(Request("PATCH", "/x", {}))

    assert len(api.requests) == 1


async def test_a_write_takes_no_longer_than_the_fence_allows(api: FakeApi, client: Client) -> None:
    client.fence = lambda: 0.01
    with pytest.raises(Unreachable):
        await client.call(Request("POST", "/x", {}, idempotent=False))


@pytest.mark.parametrize("name", ["../../kube-system/secrets/admin", "..", ".", "a/../../b"])
async def test_a_name_that_leads_to_other_objects_is_no_path(api: FakeApi, client: Client, name: str) -> None:
    """HTTP clients and servers take such steps out of a path before anybody looks at it."""
    with pytest.raises(ValueError, match="leads elsewhere"):
        await client.call(Request("GET", f"/api/v1/namespaces/shop/secrets/{name}"))
    assert api.requests == []


async def test_every_answer_is_told_and_every_silence(api: FakeApi, client: Client) -> None:
    told: list[tuple[str, str]] = []
    client.observe = lambda request, code: told.append((request.method, code))
    api.script = [hangs_up(), fails(503), says(200, {}), streams()]
    await client.call(Request("PATCH", "/x", {}))
    assert [event async for event in client.stream(GET)] == []

    assert told == [("PATCH", ""), ("PATCH", "503"), ("PATCH", "200"), ("GET", "200")]


async def test_the_server_says_how_long_to_wait(api: FakeApi, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    api.script = [fails(429, **{"Retry-After": "3"}), says(200, {})]
    monkeypatch.setattr("composestack.cluster.client.asyncio.sleep", sleep)
    await client.call(GET)

    assert waits == [pytest.approx(3, rel=0.21)]


async def test_an_error_that_is_no_status_is_shown_as_text(api: FakeApi, client: Client) -> None:
    api.script = [says(400, "a proxy speaks")]

    with pytest.raises(ApiError, match="a proxy speaks"):
        await client.call(GET)


async def test_a_watch_yields_lines_however_they_are_cut(api: FakeApi, client: Client) -> None:
    events = [{"n": n, "padding": "x" * 5000} for n in range(3)]
    api.script = [streams(*events, chunk=777)]

    assert [event async for event in client.stream(GET)] == events


async def test_a_watch_takes_objects_of_megabytes(api: FakeApi, client: Client) -> None:
    event = {"padding": "x" * 3_000_000}
    api.script = [streams(event)]

    assert [event async for event in client.stream(GET)] == [event]


async def test_a_broken_watch_is_an_error(api: FakeApi, client: Client) -> None:
    api.script = [streams({"n": 1}, broken=True)]
    seen = []

    with pytest.raises(Unreachable):
        async for event in client.stream(GET):
            seen.append(event)

    assert seen == [{"n": 1}]


async def test_a_refused_watch_is_an_error(api: FakeApi, client: Client) -> None:
    api.script = [fails(410)]

    with pytest.raises(ApiError) as caught:
        await anext(client.stream(GET))

    assert caught.value.status == 410


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Path:
    file = tmp_path / "config"
    context = {"name": "other", "context": {"cluster": "c", "user": "u"}}
    file.write_text(
        yaml.safe_dump(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": "missing",
                "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:1"}}],
                "users": [{"name": "u", "user": {"token": "t"}}],
                "contexts": [context, {"name": "missing", "context": {"cluster": "c", "user": "u"}}],
            }
        )
    )
    return file


async def test_it_connects_as_the_kubeconfig_says(kubeconfig: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig))

    for client in (await connect(str(kubeconfig), "other"), await connect(str(kubeconfig))):
        assert client.server == "http://127.0.0.1:1"
        await client.close()


@pytest.fixture
def token(kubeconfig: Path, client: Client) -> Path:
    """The file with the token of the kubeconfig, which names the scripted server."""
    file = kubeconfig.with_name("token")
    config = yaml.safe_load(kubeconfig.read_text())
    config["clusters"][0]["cluster"]["server"] = client.server
    config["users"][0]["user"] = {"tokenFile": str(file)}
    kubeconfig.write_text(yaml.safe_dump(config))
    file.write_text("old")
    return file


async def test_a_token_in_a_file_is_read_again(
    kubeconfig: Path, token: Path, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("composestack.cluster.connecting.FRESH", 0.01)
    client = await connect(str(kubeconfig), "other")

    def absent() -> None:
        token.unlink()

    def renewed() -> None:
        token.write_text("new")

    for change in (absent, renewed):
        change()
        await asyncio.sleep(0.05)
        api.script = [says(200, {})]
        await client.call(GET)
    await client.close()

    assert [request.headers["Authorization"] for request in api.requests] == ["Bearer old", "Bearer new"]


async def test_who_asks_for_a_past_that_is_gone_gets_the_present(api: FakeApi, client: Client) -> None:
    api.script = [fails(410), says(200, {})]
    past = f"{client.server}/x?watch=true&resourceVersion=7&continue=y&limit=500"

    async with client.session() as session, session.get(past) as response:
        assert response.status == 200

    assert [request.query_string for request in api.requests] == [past.partition("?")[2], "watch=true&limit=500"]


async def test_a_request_takes_the_rights_of_whom_it_names(api: FakeApi, client: Client) -> None:
    api.script = [says(200, {}), says(200, {})]

    await client.call(replace(GET, user="system:serviceaccount:shop:deployer"))
    await client.call(GET)

    assert [request.headers.get("Impersonate-User") for request in api.requests] == [
        "system:serviceaccount:shop:deployer",
        None,
    ]
    assert not any("Impersonate-Group" in request.headers for request in api.requests)  # the API server adds them


@pytest.mark.parametrize("looks", [1, 2], ids=["before it has a connection", "before its body leaves"])
async def test_a_write_asks_the_fence_again(api: FakeApi, client: Client, looks: int) -> None:
    terms = iter([10.0] * looks)

    def fence() -> float:
        left = next(terms, None)
        if left is None:
            raise Fenced("the process stood still meanwhile")
        return left

    client.fence = fence

    with pytest.raises(Fenced):
        await client.call(Request("PATCH", "/x", {}))

    assert api.requests == []
