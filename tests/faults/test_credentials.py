"""Credentials that are no longer good: refused for a while, or replaced."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web
from kubernetes.aio.config import incluster_config

from composestack.cluster.client import Client, Request
from composestack.cluster.connecting import connect
from tests.cluster.cluster import Cluster
from tests.faults.proxy import Call, Fault, answer
from tests.faults.trial import Spec, Trial

BEFORE: Spec = {"compose": "services: {web: {image: 'nginx:1.27', ports: ['80']}}"}
AFTER: Spec = {"compose": "services: {web: {image: 'nginx:1.28', ports: ['80']}}"}
SECONDS = 3.0
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
    assert 0 < fault.hits < 100
    assert trial.running()


@pytest.fixture
def pod(embedded: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Live as in a pod. Returns the file for the token."""
    file = tmp_path / "token"
    host, port = urlsplit(embedded.server).netloc.split(":")
    monkeypatch.setattr(incluster_config, "SERVICE_TOKEN_FILENAME", str(file))
    monkeypatch.setattr(incluster_config, "SERVICE_CERT_FILENAME", str(embedded.kubeconfig.parent / "ca.crt"))
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", host)
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", port)
    monkeypatch.delenv("KUBECONFIG", raising=False)
    return file


def test_a_new_token_in_the_file_is_used(trial: Trial, pod: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two tokens are those of two accounts, so that the API server can tell which one it got."""
    old, new = (trial.api.acting_as(name, trial.namespace).token for name in ("old", "new"))
    pod.write_text(old)
    with asyncio.Runner() as runner:
        client = runner.run(connect())
        session = runner.run(opened(client))
        assert runner.run(users(client, session)) == {f"system:serviceaccount:{trial.namespace}:old"}

        pod.write_text(new)
        later = vars(incluster_config)["datetime"].datetime.now() + timedelta(seconds=61)
        clock = SimpleNamespace(datetime=SimpleNamespace(now=lambda: later), timedelta=timedelta)
        monkeypatch.setattr(incluster_config, "datetime", clock)
        assert runner.run(users(client, session)) == {f"system:serviceaccount:{trial.namespace}:new"}
        runner.run(session.close())
        runner.run(client.close())


async def opened(client: Client) -> aiohttp.ClientSession:
    return client.session()


async def users(client: Client, session: aiohttp.ClientSession) -> set[str]:
    """Return whom the API server takes our requests from, and those of kopf."""
    mine = await client.call(WHO)
    async with session.post(client.server + WHO.path, json=WHO.body) as response:
        kopfs = await response.json()
    return {answer["status"]["userInfo"]["username"] for answer in (mine, kopfs)}
