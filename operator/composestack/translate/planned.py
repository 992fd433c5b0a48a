"""The plan: what a stack shall be in Kubernetes, computed without looking at the cluster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from composestack.compose.problems import Notice
from composestack.kinds import Ref

Manifest = dict[str, Any]
"""A Kubernetes object as the API takes it: canonical quantities, no nulls, no defaults that we do not mean."""


class Awaited(StrEnum):
    """The conditions of `depends_on` (Compose spec, 05-services, depends_on)."""

    STARTED = "service_started"
    HEALTHY = "service_healthy"
    COMPLETED = "service_completed_successfully"


class Need(NamedTuple):
    """One entry of `depends_on`: the workload is created when `service` has reached `condition`. With `restart`, its
    pods are replaced whenever those of `service` were.
    """

    service: str
    condition: Awaited
    required: bool = True
    restart: bool = False


class Binding(NamedTuple):
    """The pods of `workload` find `hostname` at the address of the Service called `service`, which only the cluster
    knows.
    """

    workload: Ref
    service: str
    hostname: str


@dataclass(frozen=True, slots=True)
class PlannedService:
    """One Compose service: its workload, what that waits for, and what the status tells about it.

    `replicas` is None where the cluster decides (one pod a node). `endpoints` are addresses inside the cluster, like
    `redis:6379`. `rollback` says that the stack goes back to what was ready last if a rollout of this service fails:
    how its pods are replaced then, as fields of the workload's spec.

    Where services share a pod, `workload`, `needs` and `rollback` are those of the pod, `host` is the service after
    which its pods are labelled, and `container` is the one that runs this service.

    `steps` are Jobs that have to complete, one after the other, before the workload is created or changed.
    """

    name: str
    workload: Ref
    image: str
    replicas: int | None
    needs: tuple[Need, ...] = ()
    endpoints: tuple[str, ...] = ()
    rollback: Mapping[str, Any] | None = None
    host: str = ""
    container: str = ""
    steps: tuple[Ref, ...] = ()


class PlannedVolume(NamedTuple):
    """One volume and its claim. A retained claim outlives the stack, so it bears no owner reference."""

    name: str
    claim: str
    retained: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What the reconciler needs. Manifests are in apply order, without namespace or owner; notices are sorted.

    A workload with `bindings` is not complete: see bindings.py.
    """

    manifests: tuple[Manifest, ...]
    services: tuple[PlannedService, ...]
    volumes: tuple[PlannedVolume, ...]
    notices: tuple[Notice, ...]
    bindings: tuple[Binding, ...] = ()
