"""From a live object to its row: whose it is, whether it is as we meant it, how it fares. Pure; the body is not kept.

What our field manager owns of an object stands in its `metadata.managedFields` (Kubernetes docs, Server-Side Apply,
Field management), so one look at the object tells drift: the digest of those fields is that of the manifest as applied,
as long as nobody changed one of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from sys import intern
from typing import Any, NamedTuple

from composestack.api.v1alpha1 import GROUP, KIND
from composestack.kinds import Ref
from composestack.reconcile.health import health
from composestack.reconcile.port import Child, Member, Pod
from composestack.translate.digest import digest
from composestack.translate.labels import ADDRESSES, DIGEST, SERVICE, STACK
from composestack.translate.plan import Manifest
from composestack.translate.stamps import stamps

FIELD_MANAGER = "composestack"
"""The field manager of everything the operator applies, but status."""

FAILED_TO_START = frozenset({"StartError", "ContainerCannotRun", "ContainerStatusUnknown"})
"""Reasons of a terminated container that never ran, or whose fate is unknown."""

NOT_READY = ("NotReady", "the readiness probe has not succeeded yet", "")
NODE_NOT_READY = "NodeNotReady"


def child(live: Manifest) -> Child:
    """Return the row of a live object that bears the stack label."""
    metadata = live["metadata"]
    owner = controller(live)
    annotations = metadata.get("annotations", {})
    meant, actual = annotations.get(DIGEST, ""), digest(applied(live))
    return Child(  # tens of thousands of rows share a few strings
        ref=Ref(intern(live["kind"]), metadata["name"]),
        namespace=intern(metadata["namespace"]),
        uid=metadata["uid"],
        resource_version=metadata["resourceVersion"],
        stack=intern(metadata.get("labels", {}).get(STACK, "")),
        owner_uid=intern(owner["uid"]) if is_stack(owner) else "",
        meant=meant,
        actual=meant if actual == meant else actual,
        health=health(live),
        address=live["spec"].get("clusterIP", "") if live["kind"] == "Service" else "",
        bound=annotations.get(ADDRESSES, ""),
        stamps=intern(",".join(f"{key}={value}" for key, value in stamps(live).items())),
    )


def pod(live: Manifest) -> Pod:
    """Return the row of a pod."""
    metadata, status = live["metadata"], live.get("status", {})
    statuses = {state["name"]: state for state in _statuses(status)}
    names = [container["name"] for container in _lasting(live["spec"])]
    ready = any(c["type"] == "Ready" and c["status"] == "True" for c in status.get("conditions", ()))
    reason, message, crashed = ("", "", "") if ready else _silence(live) or _trouble(status)
    members = [_container(name, statuses.get(name, {}), reason, message) for name in names] if len(names) > 1 else ()
    return Pod(
        name=metadata["name"],
        service=metadata.get("labels", {}).get(SERVICE, ""),
        owner_uid=controller(live).get("uid", ""),
        started=all(_started(statuses.get(name, {})) for name in names),
        ready=ready,
        deleting="deletionTimestamp" in metadata,
        reason=reason,
        message=message,
        crashed=crashed,
        members=tuple(members),
    )


def _statuses(status: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    return (*status.get("initContainerStatuses", ()), *status.get("containerStatuses", ()))


def _lasting(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the containers that run services: sidecars, and those that are no init containers."""
    yield from (each for each in spec.get("initContainers", ()) if each.get("restartPolicy") == "Always")
    yield from spec["containers"]


def _container(name: str, state: Mapping[str, Any], reason: str, message: str) -> Member:
    """Return what is to be said of one container. What holds the whole pod up, holds each one up (`reason`)."""
    if reason == NODE_NOT_READY:
        return Member(name, _started(state), False, reason, message)
    ready = bool(state.get("ready"))
    found = None if ready else _container_trouble(state)
    if found is None and not ready and "running" in state.get("state", {}):
        found = NOT_READY
    if found is None and not ready and not state:
        found = (reason, message, "")
    return Member(name, _started(state), ready, *(found or ("", ""))[:2])


def controller(live: Manifest) -> Mapping[str, Any]:
    """Return the owner reference of the controller of an object, or an empty mapping."""
    owners = live["metadata"].get("ownerReferences", ())
    return next((owner for owner in owners if owner.get("controller")), {})


def is_stack(owner: Mapping[str, Any]) -> bool:
    """Tell whether an owner reference names a ComposeStack, of whatever version."""
    return owner.get("kind") == KIND and owner.get("apiVersion", "").startswith(f"{GROUP}/")


def applied(live: Manifest) -> Manifest:
    """Return exactly the fields that our field manager owns of a live object, with their live values.

    Empty if we never applied it.
    """
    for entry in live["metadata"].get("managedFields", ()):
        if entry["manager"] == FIELD_MANAGER and entry["operation"] == "Apply" and not entry.get("subresource"):
            return dict(_extract(live, entry["fieldsV1"]))
    return {}


def _extract(live: Any, fields: Mapping[str, Any]) -> Any:
    """Return the part of a live value that a set of fields (FieldsV1) names. A set without members names all of it."""
    members = [key for key in fields if key != "."]
    if not members:
        return live
    if isinstance(live, dict):
        names = ((key[2:], fields[key]) for key in members)
        return {name: _extract(live[name], below) for name, below in names if name in live}
    if isinstance(live, list):
        return list(_items(live, {_member(key): fields[key] for key in members}))
    return live


def _items(live: list[Any], members: Mapping[Any, Mapping[str, Any]]) -> Iterator[Any]:
    """Yield our items of a list, in their live order.

    The API server keeps our items in the order in which we applied them, so a changed order is drift too.
    """
    names = next((member.names for member in members if isinstance(member, _Keys)), None)
    for item in live:
        member = item if names is None else _Keys(names, tuple(item.get(name) for name in names))
        if member in members:
            yield _extract(item, members[member])


class _Keys(NamedTuple):
    """Identifies an item of an associative list: the names and values of its key fields."""

    names: tuple[str, ...]
    values: tuple[Any, ...]


@lru_cache(maxsize=4096)
def _member(key: str) -> Any:
    """Parse a list member of FieldsV1: `k:` has the key fields of an item, `v:` an item of a set."""
    value = json.loads(key[2:])
    return _Keys(tuple(value), tuple(value.values())) if key.startswith("k:") else value


def _started(container: Mapping[str, Any]) -> bool:
    """Tell whether a container has run, be it now or before: that is what Compose calls started."""
    if "running" in container.get("state", {}):
        return True
    ends = (container.get(state, {}).get("terminated") for state in ("state", "lastState"))
    return any(end and end.get("reason") not in FAILED_TO_START for end in ends)


def _silence(live: Manifest) -> tuple[str, str, str] | None:
    """Tell whether the node of a pod has gone silent. The kubelet writes Ready and ContainersReady together; the node
    controller, which finds it silent, takes back Ready alone (pkg/controller/util/node, MarkPodsNotReady).
    """
    conditions = {each["type"]: each["status"] for each in live.get("status", {}).get("conditions", ())}
    taken_back = (conditions.get("Ready"), conditions.get("ContainersReady")) == ("False", "True")
    if not taken_back or live["spec"].get("readinessGates"):
        return None
    node = live["spec"].get("nodeName", "")
    return (
        NODE_NOT_READY,
        f"node {node} has stopped reporting: its kubelet is down or does not reach the API server",
        "",
    )


def _trouble(status: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return reason and message of what holds a pod up, the most telling first, and the container that crashed; empty
    strings if nothing is known.
    """
    found = next((trouble for container in _statuses(status) if (trouble := _container_trouble(container))), None)
    if found:
        return found
    if status.get("reason"):  # Evicted, NodeLost, …
        return status["reason"], status.get("message", ""), ""
    for condition in status.get("conditions", ()):
        if condition["type"] == "PodScheduled" and condition["status"] == "False":
            return condition.get("reason", "Unschedulable"), condition.get("message", ""), ""
    containers = status.get("containerStatuses", ())
    if containers and all("running" in container.get("state", {}) for container in containers):
        return NOT_READY
    return "", "", ""


def _container_trouble(container: Mapping[str, Any]) -> tuple[str, str, str] | None:
    state = container.get("state", {})
    waiting, terminated = state.get("waiting"), state.get("terminated")
    last = container.get("lastState", {}).get("terminated")
    if waiting and waiting.get("reason") not in {None, "ContainerCreating", "PodInitializing"}:
        if last:
            return waiting["reason"], _ending(container["name"], last), container["name"]
        return waiting["reason"], waiting.get("message", ""), ""
    if terminated and terminated.get("exitCode"):
        return terminated.get("reason", "Error"), _ending(container["name"], terminated), container["name"]
    return None


def _ending(name: str, terminated: Mapping[str, Any]) -> str:
    """Say how a container ended: by which signal or with which code, and why if the runtime knows."""
    how = f"signal {terminated['signal']}" if terminated.get("signal") else f"code {terminated.get('exitCode', 0)}"
    reason = terminated.get("reason", "Error")
    why = "" if reason in {"Error", "Completed"} else f" ({reason})"
    detail = f": {terminated['message'].strip()}" if terminated.get("message") else ""
    return f"container {name} exited with {how}{why}{detail}"
