"""Writing children: server-side apply that never takes over a foreign object, and deletion of exactly one object.

The precondition goes with the write, so there is no moment between looking and writing, and no read in the usual case:

* An object that should not exist yet is applied with a `resourceVersion` that none can have. The API server ignores it
  when it creates, and answers 409 when the object exists (k8s.io/apiserver, pkg/registry/generic/registry, Update).
* An object that we know is applied with its `uid`. Another object of that name has another uid: 409 or 422.

Only then is the object read, to see whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from composestack.cluster.client import APPLY, ApiError, Client, Request
from composestack.kinds import KINDS, Ref
from composestack.reconcile.observe import FIELD_MANAGER, applied, controller, is_stack
from composestack.reconcile.port import Child, NameConflict, Rejected, Rival
from composestack.translate.labels import STACK
from composestack.translate.plan import Manifest

ABSENT: Mapping[str, str] = {"resourceVersion": "1"}
"""Precondition: the object does not exist. No object has revision 1; it is that of the empty store."""

ROUNDS = 4
"""How often an apply starts over because the object came, went or was replaced meanwhile."""

HELD_BY = re.compile(r'conflict with "(?P<manager>[^"]*)"')
"""How the cause of a conflict between field managers begins."""

IMMUTABLE = re.compile(r"immutable|may not change once set|can not be (less than|decreased)")
"""What the API server's validation says about fields that cannot change (any more)."""


class Unsettled(Exception):
    """The object came and went while we tried to apply it. Worth another try later."""


async def apply(client: Client, manifest: Manifest, known: Child | None, user: str = "") -> Manifest:
    """Apply a manifest (with namespace and owner) and return the object as it is then.

    `known` is the child as last seen, `user` whose rights the write takes; reads take our own. Raises NameConflict for
    a foreign object, Rejected for a request that the API server will never take, Unsettled if the object changes faster
    than we can look, and what Client.call raises.
    """
    ref = Ref(manifest["kind"], manifest["metadata"]["name"])
    guard = {"uid": known.uid} if known and _trusted(manifest, known) else ABSENT
    for _ in range(ROUNDS):
        try:
            return await _patch(client, manifest, guard, user)
        except ApiError as error:
            if not overtaken(error):
                raise rejected(ref, error) from error
        live = await get(client, ref, manifest["metadata"]["namespace"])
        if live is None:
            guard = ABSENT
        elif ours(live, manifest):
            guard = {"uid": live["metadata"]["uid"]}
        else:
            raise NameConflict(ref, describe_owner(live, manifest))
    raise Unsettled(f"{ref} came and went")


async def rivals(client: Client, manifest: Manifest, namespace: str, user: str = "") -> tuple[Rival, ...]:
    """Return who else holds fields of a manifest at other values. The API server tells in the conflict that an apply
    without force would be (k8s.io/apimachinery, pkg/util/managedfields, NewConflictError). Raises Unreachable.
    """
    body = {**manifest, "metadata": {**manifest["metadata"], "namespace": namespace}}
    fields: dict[str, list[str]] = {}
    try:
        await client.call(replace(applying(body, force="false", dryRun="All"), user=user))
    except ApiError as error:
        for cause in error.details.get("causes") or ():
            if found := HELD_BY.match(cause.get("message", "")):
                fields.setdefault(found["manager"], []).append(cause.get("field", ""))
    return tuple(Rival(manager, tuple(sorted(names))) for manager, names in sorted(fields.items()))


async def delete(client: Client, child: Child, user: str = "") -> Manifest | None:
    """Delete exactly this object with the rights of `user`; its own dependents go in the background. Return it if it
    lingers, None if it is gone.

    Raises Rejected for a request that the API server will never take, and what Client.call raises.
    """
    path = KINDS[child.ref.kind].path(child.namespace, child.ref.name)
    options = {"propagationPolicy": "Background", "preconditions": {"uid": child.uid}}
    try:
        answer = await client.call(Request("DELETE", path, options, user=user))
    except ApiError as error:
        if error.status in {404, 409}:  # gone, or replaced by another object of that name
            return None
        raise rejected(child.ref, error) from error
    return answer if answer.get("kind") != "Status" and "deletionTimestamp" in answer["metadata"] else None


async def get(client: Client, ref: Ref, namespace: str) -> Manifest | None:
    """Read one object, or None if there is none."""
    try:
        live: Manifest = await client.call(Request("GET", KINDS[ref.kind].path(namespace, ref.name)))
    except ApiError as error:
        if error.status == 404:
            return None
        raise rejected(ref, error) from error
    return live


def ours(live: Manifest, manifest: Manifest) -> bool:
    """Tell whether an existing object is the stack's that the manifest belongs to.

    It is if the stack controls it; or if it bears the stack's label, nothing controls it, and it is a retained claim or
    was applied by us before (its owner was deleted and left it behind, or somebody removed the reference).
    """
    owner, wanted = controller(live), controller(manifest)
    if owner:
        same_name = is_stack(owner) and owner["name"] == manifest["metadata"]["labels"][STACK]
        return owner["uid"] == wanted["uid"] if wanted else same_name
    labelled = live["metadata"].get("labels", {}).get(STACK) == manifest["metadata"]["labels"][STACK]
    return labelled and (live["kind"] == "PersistentVolumeClaim" or bool(applied(live)))


def describe_owner(live: Manifest, manifest: Manifest) -> str:
    """Say whom a foreign object belongs to that is in the manifest's way, as well as the object tells it."""
    metadata = live["metadata"]
    if owner := controller(live):
        earlier = is_stack(owner) and owner["name"] == controller(manifest).get("name")
        return f"{'an earlier ' if earlier else ''}{owner['kind']}/{owner['name']}"
    labels, annotations = metadata.get("labels", {}), metadata.get("annotations", {})
    if release := annotations.get("meta.helm.sh/release-name"):
        return f"the Helm release {release}"
    if tool := labels.get("app.kubernetes.io/managed-by"):
        return str(tool)
    writers = [entry["manager"] for entry in metadata.get("managedFields", ())]
    return f"somebody else (written by {writers[0]})" if writers else "somebody else"


def rejected(ref: Ref, error: ApiError) -> ApiError | Rejected:
    """Return Rejected for an error that trying again will not cure, else the error itself."""
    if not error.permanent:
        return error
    kind = KINDS.get(ref.kind)
    if error.status == 404 and kind is not None and kind.source and error.details.get("kind") != "namespaces":
        message = f"the cluster has no {kind.plural}: its administrator would have to install {kind.source}"
        return Rejected(ref, error.status, message)
    immutable = error.status == 422 and any(IMMUTABLE.search(cause) for cause in _causes(error))
    return Rejected(ref, error.status, error.message, immutable=immutable)


def _trusted(manifest: Manifest, known: Child) -> bool:
    """Tell whether what we know of the child suffices to say that it is ours."""
    wanted = controller(manifest).get("uid", "")
    return known.owner_uid == wanted and (wanted != "" or known.ref.kind == "PersistentVolumeClaim")


async def _patch(client: Client, manifest: Manifest, guard: Mapping[str, str], user: str) -> Manifest:
    guarded = {**manifest, "metadata": {**manifest["metadata"], **guard}}
    live: Manifest = await client.call(replace(applying(guarded), user=user))
    return live


def applying(manifest: Manifest, **query: str) -> Request:
    """Return the request that applies a manifest, which has its namespace, as our field manager."""
    metadata = manifest["metadata"]
    path = KINDS[manifest["kind"]].path(metadata["namespace"], metadata["name"])
    return Request("PATCH", path, manifest, {"fieldManager": FIELD_MANAGER, "force": "true", **query}, APPLY)


def overtaken(error: ApiError) -> bool:
    """Tell whether a precondition failed: the object exists after all, is gone, or is another one."""
    if error.status == 409:
        return True
    return error.status == 422 and any(
        cause.get("field") == "metadata.uid" for cause in error.details.get("causes", ())
    )


def _causes(error: ApiError) -> list[str]:
    causes: list[Mapping[str, Any]] = error.details.get("causes") or []
    return [str(cause.get("message", "")) for cause in causes]
