"""ConfigMaps and Secrets as sources of files and variables."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from tests.cluster.audit import Audit
from tests.integration.conftest import USER_AGENT, Stacks

WEB = """
services:
  web:
    image: nginx:${TAG:-unset}
    ports: ["8080:80"]
    environment: {GREETING: "${GREETING:-}"}
    volumes: [./site:/usr/share/nginx/html:ro]
    secrets: [password]
secrets: {password: {environment: PASSWORD}}
"""
PASSWORD = "correct horse battery staple"
FROM_SECRET = {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "login", "key": "password"}}}
FROM_CONFIG = {"name": "TAG", "valueFrom": {"configMapKeyRef": {"name": "release", "key": "tag"}}}
FILES = [{"configMap": {"name": "site", "prefix": "site"}}]
SPEC: dict[str, Any] = {"env": [FROM_SECRET, FROM_CONFIG], "filesFrom": FILES}


def put(stacks: Stacks, kind: str, name: str, **data: str) -> None:
    """Create or change a ConfigMap or Secret."""
    key = "stringData" if kind == "Secret" else "data"
    body = {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, key: data}
    stacks.kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=json.dumps(body))


def put_all(stacks: Stacks) -> None:
    put(stacks, "Secret", "login", password=PASSWORD)
    put(stacks, "ConfigMap", "release", tag="1.27")
    put(stacks, "ConfigMap", "site", **{"index.html": "<h1>Shop</h1>"})


def container(stacks: Stacks, deployment: str) -> dict[str, Any]:
    (found,) = stacks.get("deployment", deployment)["spec"]["template"]["spec"]["containers"]
    return dict(found)


def calls(audit: Audit, stacks: Stacks, *, writes: bool) -> list[str]:
    """The operator's writes, or its other calls but watches, in the namespace; without Events."""
    entries = audit.entries(namespace=stacks.namespace, user_agent=USER_AGENT)
    return [
        f"{entry.verb} {entry.resource}/{entry.name}"
        for entry in entries
        if entry.writes == writes and entry.resource != "events" and entry.verb not in {"watch", "list"}
    ]


def test_files_and_variables_come_from_config_maps_and_secrets(stacks: Stacks) -> None:
    put_all(stacks)
    put(stacks, "ConfigMap", "greetings", GREETING="hello", TAG="shadowed")
    stacks.apply("shop", WEB, **SPEC, envFrom=[{"configMapRef": {"name": "greetings"}}])

    stacks.ready("shop")

    web = container(stacks, "shop-web")
    assert (web["image"], web["env"]) == ("nginx:1.27", [{"name": "GREETING", "value": "hello"}])
    data = [
        stacks.get("configmap", name)["data"] for name in stacks.names("configmaps", {"composestack.io/stack": "shop"})
    ]
    assert data == [{"index.html": "<h1>Shop</h1>"}]
    (secret,) = (stacks.get("secret", name) for name in stacks.names("secrets", {"composestack.io/stack": "shop"}))
    assert list(secret["data"].values()) == [b64encode(PASSWORD.encode()).decode()]
