"""What an apply would change, found out by the API server itself: a dry run, compared with what is there.

Kubernetes documentation, API Concepts, "Dry-run": admission, defaults and validation work as in earnest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from composestack.cluster.apply import applying, describe_owner, get, ours
from composestack.cluster.client import ApiError, Client, Request
from composestack.kinds import KINDS, Ref
from composestack.reconcile.observe import controller, is_stack
from composestack.translate.labels import STACK
from composestack.translate.plan import Manifest

_NOISE = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "uid")


@dataclass(frozen=True, slots=True)
class Change:
    """An object before and after, without what the API server alone writes. None: it is not there.

    `problem` is why it would not be written.
    """

    ref: Ref
    before: Manifest | None
    after: Manifest | None
    problem: str = ""

    @property
    def changes(self) -> bool:
        """Whether anything would be different."""
        return bool(self.problem) or self.before != self.after


async def preview(client: Client, manifest: Manifest, namespace: str) -> Change:
    """Return what applying a manifest would change. Raises what Client.call raises, but for a refusal."""
    ref = Ref(manifest["kind"], manifest["metadata"]["name"])
    live = await get(client, ref, namespace)
    owners = {} if live is None else {"ownerReferences": live["metadata"].get("ownerReferences", [])}
    body = {**manifest, "metadata": {**manifest["metadata"], "namespace": namespace, **owners}}
    before = None if live is None else _plain(live)
    if live is not None and not ours(live, manifest):
        return Change(ref, before, before, f"it belongs to {describe_owner(live, manifest)}, and is never taken over")
    try:
        return Change(ref, before, _plain(await client.call(applying(body, dryRun="All"))))
    except ApiError as error:
        if not error.permanent:
            raise
        return Change(ref, before, before, f"the API server would not take it: {error.message}")


async def surplus(client: Client, stack: str, namespace: str, planned: Mapping[Ref, Manifest]) -> list[Change]:
    """Return what the operator would delete: objects of the stack that the plan does not have, but for claims."""
    found = []
    for kind in KINDS.values():
        if kind.kind == "PersistentVolumeClaim":
            continue
        query = {"labelSelector": f"{STACK}={stack}"}
        try:
            answer = await client.call(Request("GET", kind.path(namespace), query=query))
        except ApiError as error:
            if error.status == 404:  # a kind that this cluster does not serve
                continue
            raise
        for item in answer["items"]:
            ref = Ref(kind.kind, item["metadata"]["name"])
            if ref not in planned and is_stack(controller(item)):
                found.append(Change(ref, _plain({"apiVersion": kind.api_version, "kind": kind.kind, **item}), None))
    return found


def _plain(live: Mapping[str, Any]) -> Manifest:
    metadata = {key: value for key, value in live["metadata"].items() if key not in _NOISE}
    return {**{key: value for key, value in live.items() if key != "status"}, "metadata": metadata}
