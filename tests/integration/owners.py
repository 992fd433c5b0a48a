"""Stacks as owners, and manifests that belong to them, for tests below the reconciler."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from composestack.api.v1alpha1 import API_VERSION, KIND
from composestack.kinds import KINDS
from composestack.reconcile.port import StackKey
from composestack.translate.digest import with_digest
from composestack.translate.labels import STACK
from composestack.translate.plan import Manifest
from tests.cluster.plugin import Kubectl


@dataclass(frozen=True)
class Owner:
    """A stack that exists but does nothing, since it is suspended."""

    namespace: str
    name: str
    uid: str

    @property
    def key(self) -> StackKey:
        return StackKey(self.namespace, self.name)

    def manifest(self, kind: str, name: str, *, owned: bool = True, **fields: Any) -> Manifest:
        """Return a manifest as the reconciler hands it over."""
        metadata: dict[str, Any] = {"name": name, "namespace": self.namespace, "labels": {STACK: self.name}}
        if owned:
            reference = {"apiVersion": API_VERSION, "kind": KIND, "name": self.name, "uid": self.uid}
            metadata["ownerReferences"] = [{**reference, "controller": True, "blockOwnerDeletion": True}]
        return with_digest({"apiVersion": KINDS[kind].api_version, "kind": kind, "metadata": metadata, **fields})

    def config(self, name: str, *, owned: bool = True, **data: str) -> Manifest:
        return self.manifest("ConfigMap", name, owned=owned, data=data)


def create_owner(kubectl: Kubectl, namespace: str, name: str) -> Owner:
    body = {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"suspend": True, "compose": "services: {web: {image: example.com/web:1}}"},
    }
    created = json.loads(kubectl("create", "-f", "-", "-o", "json", stdin=json.dumps(body)))
    return Owner(namespace, name, created["metadata"]["uid"])


POD: dict[str, Any] = {"containers": [{"name": "web", "image": "example.com/web:1"}]}


def workload(owner: Owner, kind: str, name: str, pod: dict[str, Any] | None = None, **spec: Any) -> Manifest:
    """Return a workload with one container, or with that pod."""
    labels = {STACK: owner.name, "composestack.io/service": name}
    template = {"metadata": {"labels": labels}, "spec": pod or POD}
    selector = {} if kind == "Job" else {"selector": {"matchLabels": labels}}
    return owner.manifest(kind, name, spec={**selector, "template": template, **spec})
