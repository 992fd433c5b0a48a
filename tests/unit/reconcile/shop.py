"""A stack with a web and a database, for tests of the reconciler as a whole."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from composestack.kinds import Ref
from composestack.reconcile.port import StackKey
from composestack.reconcile.reconciler import Reconciler
from composestack.translate.policies import Policies
from tests.unit.reconcile.recording import RecordingCluster
from tests.unit.reconcile.rows import UID

KEY = StackKey("default", "shop")
WEB_AND_DB = """
services:
  web:
    image: nginx
    ports: ["8080:80"]
    depends_on: {db: {condition: service_healthy}}
  db:
    image: postgres:17
    volumes: [data:/var/lib/postgresql/data]
    healthcheck: {test: pg_isready}
volumes: {data: {}}
"""
WEB, DB = Ref("Deployment", "shop-web"), Ref("Deployment", "shop-db")


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def stack(compose: str = WEB_AND_DB, generation: int = 1, **spec: Any) -> dict[str, Any]:
    metadata = {"name": "shop", "namespace": "default", "uid": UID, "generation": generation, "resourceVersion": "7"}
    return {"metadata": metadata, "spec": {"compose": compose, **spec}, "status": {"observedGeneration": -1}}


def setup(body: dict[str, Any] | None) -> tuple[RecordingCluster, Reconciler, Clock]:
    cluster, clock = RecordingCluster(body), Clock()
    return cluster, Reconciler(cluster, Policies(), now=lambda: datetime(2026, 1, 1, tzinfo=UTC), clock=clock), clock


async def converged() -> tuple[RecordingCluster, Reconciler]:
    cluster, reconciler, _ = setup(stack())
    for _ in range(3):
        await reconciler.reconcile(KEY)
        cluster.become_ready()
    assert cluster.ready["status"] == "True"
    cluster.applied.clear()
    cluster.statuses.clear()
    cluster.events.clear()
    return cluster, reconciler
