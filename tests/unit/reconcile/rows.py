"""Builders of plans and rows for the tests of the decisions."""

from __future__ import annotations

from typing import Any

from composestack.kinds import KINDS, Ref
from composestack.reconcile.port import Child, Health, Phase, Pod
from composestack.translate.digest import digests, with_digest
from composestack.translate.plan import Manifest, Need, Plan, PlannedService, PlannedVolume

UID = "uid-of-the-stack"


def manifest(kind: str, name: str, **spec: Any) -> Manifest:
    return with_digest(
        {"apiVersion": KINDS[kind].api_version, "kind": kind, "metadata": {"name": name}, "spec": spec or {"x": 1}}
    )


def service(name: str, *needs: Need, kind: str = "Deployment") -> PlannedService:
    return PlannedService(name, Ref(kind, f"shop-{name}"), f"{name}:1", 1, needs, (f"{name}:80",))


def plan(*services: PlannedService, extra: tuple[Manifest, ...] = (), volumes: tuple[PlannedVolume, ...] = ()) -> Plan:
    workloads = tuple(manifest(s.workload.kind, s.workload.name) for s in services)
    return Plan((*extra, *workloads), services, volumes, ())


def child(
    made_from: Manifest, *, owner: str = UID, meant: str = "", actual: str = "", health: Health | None = None
) -> Child:
    """A live object that was made from a manifest, or from an older one (`meant`), and maybe edited (`actual`)."""
    ref = Ref(made_from["kind"], made_from["metadata"]["name"])
    digest = digests([made_from])[ref]
    return Child(
        ref=ref,
        namespace="default",
        uid=f"uid-of-{ref}",
        resource_version="1",
        stack="shop",
        owner_uid=owner,
        meant=meant or digest,
        actual=actual or meant or digest,
        health=health or Health(Phase.CURRENT, 1, 1),
        address=made_from["spec"].get("clusterIP", "10.0.0.1") if ref.kind == "Service" else "",
    )


def pod(service: str, *, started: bool = True, ready: bool = True, reason: str = "", message: str = "") -> Pod:
    return Pod(f"{service}-pod", service, "uid", started, ready, False, reason, message)


def rows(*children: Child) -> dict[Ref, Child]:
    return {child.ref: child for child in children}


MOVING = Health(Phase.IN_PROGRESS, 0, 1, "NotAvailable", "0 of 1 pods are available")
FAILED = Health(Phase.FAILED, 0, 1, "BackoffLimitExceeded", "the job has reached its backoff limit")
