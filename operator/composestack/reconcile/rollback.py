"""`failure_action: rollback`: what was ready last, and the way back to it (docs/decisions/0011).

What is kept are the spec and the contents of its sources, in a Secret beside the stack. Pure: reading and writing it is
others' business.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from composestack.api.v1alpha1 import RolledBack
from composestack.kinds import Ref
from composestack.reconcile.inventory import DATA
from composestack.reconcile.port import Live, Phase
from composestack.reconcile.sources import Found
from composestack.translate import labels
from composestack.translate.digest import digests, with_digest
from composestack.translate.labels import DIGEST
from composestack.translate.names import object_name
from composestack.translate.objects.base import manifest
from composestack.translate.plan import Manifest, Plan, PlannedService

MISSED = "ProgressDeadlineExceeded"
"""Reason of a Deployment whose rollout failed (Kubernetes docs, Deployments, Failed Deployment)."""

TYPE = f"{labels.GROUP}/last-ready"
KEY = "state.json.gz"

LIMIT = 900 * 1024
"""Bytes that are kept at most. A Secret takes 1 MiB, and etcd little more for all of an object."""

PACE = frozenset({"minReadySeconds", "progressDeadlineSeconds", "strategy"})
"""Fields of a Deployment's spec that say how its pods are replaced."""


class NoWayBack(Exception):
    """What was ready last cannot be restored."""


@dataclass(frozen=True, slots=True)
class State:
    """What a generation can be made from again. `digest` is the SHA-256 of what `packed` has compressed."""

    digest: str
    packed: bytes


def wanted(plan: Plan) -> list[PlannedService]:
    """Return the services whose failure takes the stack back to what was ready last."""
    return [service for service in plan.services if service.rollback is not None]


def state(spec: Mapping[str, Any], found: Found) -> State:
    """Return what a stack can be made from again: its spec and what its sources contain."""
    sources = {str(ref): source and _content(source) for ref, source in found.items()}
    text = json.dumps({"spec": spec, "sources": sources}, sort_keys=True, ensure_ascii=False).encode()
    return State(hashlib.sha256(text).hexdigest(), gzip.compress(text, mtime=0))


def reference(stack: str) -> Ref:
    """Return the Secret that keeps what was ready last."""
    return Ref("Secret", object_name(stack, "last-ready"))


def with_state(plan: Plan, stack: str, kept: State) -> Plan:
    """Return the plan with the Secret that keeps what it was made from."""
    return replace(plan, manifests=(*plan.manifests, _secret(stack, kept)))


def is_kept(live: Live, stack: str, kept: State) -> bool:
    """Tell whether the Secret is there, and as it was meant."""
    child = live.children.get(reference(stack))
    return child is not None and child.meant == child.actual == _secret(stack, kept)["metadata"]["annotations"][DIGEST]


def _secret(stack: str, kept: State) -> Manifest:
    data = {KEY: b64encode(kept.packed).decode()}
    own = labels.common(stack, "last-ready", "rollback")
    return with_digest(manifest("Secret", reference(stack).name, own, data=data, type=TYPE))


def restore(secret: Manifest | None, digest: str) -> tuple[Mapping[str, Any], Found]:
    """Return the spec and the sources that a Secret keeps. Raises NoWayBack unless it is what was once written."""
    try:
        text = gzip.decompress(b64decode(((secret or {}).get("data") or {})[KEY]))
    except (KeyError, ValueError, OSError, EOFError) as error:
        raise NoWayBack("what was ready last is no longer there") from error
    if hashlib.sha256(text).hexdigest() != digest:
        raise NoWayBack("somebody has changed what was ready last, so it is not used")
    kept = json.loads(text)
    refs = {key: Ref(*key.split("/", 1)) for key in kept["sources"]}
    return kept["spec"], {refs[key]: source for key, source in kept["sources"].items()}


def missed(plan: Plan, live: Live) -> bool:
    """Tell whether a service that wants to be rolled back has missed its deadline, with the template of this plan."""
    meant = digests(plan.manifests)
    children = (live.children.get(service.workload) for service in wanted(plan))
    return any(
        child is not None
        and child.meant == meant[child.ref]
        and (child.health.phase, child.health.reason) == (Phase.FAILED, MISSED)
        for child in children
    )


def holds(undone: RolledBack | None, kept: State | None) -> bool:
    """Tell whether the present spec and sources are those that failed and were undone."""
    return undone is not None and kept is not None and undone.digest == kept.digest


def restored(plan: Plan, live: Live) -> Plan:
    """Return a plan as it is rolled back to: at the pace of `rollback_config`, and with volumes as they are now."""
    paces = {service.workload: service.rollback for service in plan.services if service.rollback is not None}
    present = {ref for ref in live.children if ref.kind in DATA}
    manifests = {Ref(each["kind"], each["metadata"]["name"]): each for each in plan.manifests}
    manifests = {ref: each for ref, each in manifests.items() if ref not in present}
    manifests |= {ref: _at_pace(manifests[ref], pace) for ref, pace in paces.items()}
    return replace(plan, manifests=tuple(manifests.values()))


def _at_pace(deployment: Manifest, pace: Mapping[str, Any]) -> Manifest:
    spec = {name: value for name, value in deployment["spec"].items() if name not in PACE} | dict(pace)
    return with_digest({**deployment, "spec": dict(sorted(spec.items()))})


def _content(source: Manifest) -> Manifest:
    """Return what counts of a ConfigMap or Secret."""
    return {name: source[name] for name in ("kind", "data", "binaryData") if source.get(name)}
