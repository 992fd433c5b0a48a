"""The API server, as the tests read and write it: past the proxy, as admin, without starting a process for a call."""

from __future__ import annotations

import json
import ssl
from copy import copy
from http.client import HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from composestack.api.v1alpha1 import API_VERSION, GROUP, KIND, PLURAL, VERSION
from composestack.kinds import Kind
from tests.cluster.cluster import Cluster

STACKS = Kind(KIND, GROUP, VERSION, PLURAL, wave=0)


class Api:
    """Requests to the API server of the embedded cluster."""

    def __init__(self, cluster: Cluster) -> None:
        config = json.loads(cluster.kubeconfig.read_text())
        self.server: str = config["clusters"][0]["cluster"]["server"]
        self.token: str = config["users"][0]["user"]["token"]
        self.tls = ssl.create_default_context(cafile=config["clusters"][0]["cluster"]["certificate-authority"])

    def acting_as(self, account: str, namespace: str) -> Api:
        """Return the same API server for a new service account, which may do everything in its namespace."""
        path = f"/api/v1/namespaces/{namespace}/serviceaccounts"
        self.request("POST", path, {"metadata": {"name": account}})
        binding = {
            "metadata": {"name": account},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
            "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": namespace}],
        }
        self.request("POST", f"/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}/rolebindings", binding)
        other = copy(self)
        other.token = self.request("POST", f"{path}/{account}/token", {"spec": {}})["status"]["token"]
        return other

    def request(self, method: str, path: str, body: Any = None, content_type: str = "application/json") -> Any:
        """Return the decoded answer; None for 404. Raises RuntimeError for other errors."""
        text = self._send(method, path, body, content_type)
        return json.loads(text) if text else None

    def _send(self, method: str, path: str, body: Any = None, content_type: str = "application/json") -> bytes:
        connection = HTTPSConnection(urlsplit(self.server).netloc, context=self.tls, timeout=20)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": content_type, "User-Agent": "tests"}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        if response.status == 404:
            return b""
        if response.status >= 400:
            raise RuntimeError(f"{method} {path}: {response.status} {text.decode()}")
        return text

    def items(self, kind: Kind, namespace: str) -> list[dict[str, Any]]:
        """Return all objects of a kind in a namespace; none of a kind that is not served."""
        found: list[dict[str, Any]] = (self.request("GET", kind.path(namespace)) or {}).get("items", [])
        return [{"apiVersion": kind.api_version, "kind": kind.kind, **item} for item in found]

    def version(self) -> int:
        """Return the version of the newest change in the cluster, or a later one."""
        return int(self.request("GET", f"{STACKS.path()}?limit=1")["metadata"]["resourceVersion"])

    def history(self, kind: Kind, namespace: str, since: int) -> list[dict[str, Any]]:
        """Return the events of a watch that begins at a version of the past, without the wait for more."""
        path = f"{kind.path(namespace)}?watch=true&resourceVersion={since}&timeoutSeconds=1"
        events = [json.loads(line) for line in self._send("GET", path).splitlines()]
        assert all(event["type"] != "ERROR" for event in events), events
        return events

    def get(self, kind: Kind, namespace: str, name: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.request("GET", kind.path(namespace, name))
        return found

    def merge(self, kind: Kind, namespace: str, name: str, patch: dict[str, Any]) -> None:
        self.request("PATCH", kind.path(namespace, name), patch, "application/merge-patch+json")

    def delete(self, kind: Kind, namespace: str, name: str) -> None:
        self.request("DELETE", kind.path(namespace, name), {"propagationPolicy": "Background"})

    def stack(self, namespace: str, name: str) -> dict[str, Any] | None:
        return self.get(STACKS, namespace, name)

    def apply(self, namespace: str, name: str, spec: dict[str, Any]) -> None:
        """Apply a stack with exactly this spec."""
        metadata = {"name": name, "namespace": namespace}
        body = {"apiVersion": API_VERSION, "kind": KIND, "metadata": metadata, "spec": spec}
        path = f"{STACKS.path(namespace, name)}?fieldManager=tests&force=true"
        self.request("PATCH", path, body, "application/apply-patch+yaml")
