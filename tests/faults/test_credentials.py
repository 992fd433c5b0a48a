"""Credentials that are no longer good: refused for a while, or replaced."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from kubernetes.aio.config import incluster_config

from composestack.cluster.client import ApiError, Client, Request, connect
from tests.cluster.cluster import Cluster
from tests.faults.api import Api
from tests.faults.proxy import Call, Fault, answer
from tests.faults.trial import Spec, Trial

BEFORE: Spec = {"compose": "services: {web: {image: 'nginx:1.27', ports: ['80']}}"}
AFTER: Spec = {"compose": "services: {web: {image: 'nginx:1.28', ports: ['80']}}"}
SECONDS = 5.0
REVIEW = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
WHO = Request("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", REVIEW)


class Unauthorized(Fault):
    """Answers every request as to a token that has expired, until it is over."""

    def __init__(self) -> None:
        self.hits = 0
        self.over = False

    async def before(self, call: Call) -> web.Response | None:
        if self.over:
            return None
        self.hits += 1
        return answer(401, "Unauthorized")


def test_refused_credentials_are_waited_out_without_a_hot_loop(trial: Trial, report: Callable[[str], None]) -> None:
    trial.start()
    trial.apply(BEFORE)
    trial.settle()
    fault = trial.proxy.fault = Unauthorized()
    trial.proxy.hang_up()
    time.sleep(SECONDS)
    fault.over = True
    trial.apply(AFTER)
    trial.settle()

    report(f"credentials: {fault.hits} requests refused in {SECONDS:.0f} s")
    assert 0 < fault.hits < 150
    assert trial.running()


class Tokens:
    """A file with the token of a service account. Each token is good for as long as a Secret of its own is there."""

    def __init__(self, api: Api, namespace: str, file: Path) -> None:
        self._api = api
        self._path = f"/api/v1/namespaces/{namespace}"
        self._file = file
        self._secrets: list[str] = []

    def issue(self) -> None:
        """Write a new token into the file."""
        name = f"token-{len(self._secrets)}"
        secret = self._api.request("POST", f"{self._path}/secrets", {"metadata": {"name": name}})
        bound = {"apiVersion": "v1", "kind": "Secret", "name": name, "uid": secret["metadata"]["uid"]}
        path = f"{self._path}/serviceaccounts/default/token"
        token = self._api.request("POST", path, {"spec": {"boundObjectRef": bound}})["status"]["token"]
        self._secrets.append(name)
        self._file.write_text(token)

    def revoke(self) -> None:
        """Take the last token back."""
        self._api.request("DELETE", f"{self._path}/secrets/{self._secrets[-1]}")


@pytest.fixture
def tokens(trial: Trial, api: Api, embedded: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tokens:
    """Live as in a pod, with these tokens."""
    file = tmp_path / "token"
    host, port = urlsplit(embedded.server).netloc.split(":")
    monkeypatch.setattr(incluster_config, "SERVICE_TOKEN_FILENAME", str(file))
    monkeypatch.setattr(incluster_config, "SERVICE_CERT_FILENAME", str(embedded.kubeconfig.parent / "ca.crt"))
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", host)
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", port)
    monkeypatch.delenv("KUBECONFIG", raising=False)
    tokens = Tokens(api, trial.namespace, file)
    tokens.issue()
    return tokens


async def refused(client: Client) -> bool:
    try:
        await client.call(WHO)
    except ApiError as error:
        assert error.status == 401
        return True
    return False


async def test_a_new_token_in_the_file_is_used(tokens: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kubelet writes it long before the old one expires; this one is too late."""
    client = await connect()
    session = client.session()
    assert not await refused(client)

    tokens.revoke()
    deadline = time.monotonic() + 30  # the API server believes what it knew for ten seconds
    while not await refused(client):
        assert time.monotonic() < deadline
    tokens.issue()
    later = vars(incluster_config)["datetime"].datetime.now() + timedelta(seconds=61)
    clock = SimpleNamespace(datetime=SimpleNamespace(now=lambda: later), timedelta=timedelta)
    monkeypatch.setattr(incluster_config, "datetime", clock)

    assert not await refused(client)
    async with session, session.post(client.server + WHO.path, json=WHO.body) as response:
        assert response.status == 201
    await client.close()
