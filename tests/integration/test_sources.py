"""ConfigMaps and Secrets as sources of files and variables."""

from __future__ import annotations

import json
import time
from base64 import b64encode
from collections import Counter
from typing import Any

import pytest

from tests.cluster.audit import Audit
from tests.cluster.plugin import Kubectl
from tests.integration.conftest import USER_AGENT, Operator, Stacks, wait_for

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


def test_a_change_of_a_source_applies_what_it_concerns_in_the_stacks_that_use_it(stacks: Stacks, audit: Audit) -> None:
    put_all(stacks)
    stacks.apply("shop", WEB, **SPEC)
    stacks.apply("blog", WEB.replace("web:", "pages:"), **SPEC)
    stacks.apply("other", "services: {redis: {image: redis}}")
    for name in ("shop", "blog", "other"):
        stacks.ready(name)
    audit.mark()

    put(stacks, "ConfigMap", "release", tag="1.28")
    wait_for(lambda: container(stacks, "shop-web")["image"] == "nginx:1.28", "the new image of shop")
    wait_for(lambda: container(stacks, "blog-pages")["image"] == "nginx:1.28", "the new image of blog")
    stacks.ready("shop")
    stacks.ready("blog")

    writes = calls(audit, stacks, writes=True)
    applies = sorted(write for write in writes if "composestacks" not in write)
    assert applies == ["patch deployments/blog-pages", "patch deployments/shop-web"]
    assert {write for write in writes if "composestacks" in write} == {
        "patch composestacks/status/blog",
        "patch composestacks/status/shop",
    }
    reads = calls(audit, stacks, writes=False)
    assert sorted(read for read in reads if "composestacks" in read) == [
        "get composestacks/blog",
        "get composestacks/shop",
    ]


def test_a_source_that_is_touched_without_a_change_of_content_writes_nothing(stacks: Stacks, audit: Audit) -> None:
    put_all(stacks)
    stacks.apply("shop", WEB, **SPEC)
    stacks.ready("shop")
    audit.mark()

    stacks.kubectl("annotate", "secret", "login", "rotated=never")
    stacks.kubectl("annotate", "configmap", "kube-root-ca.crt", "concerns=nobody")
    wait_for(lambda: "get secrets/login" in calls(audit, stacks, writes=False), "the Secret to be read")
    put(stacks, "ConfigMap", "release", tag="1.28")
    stacks.until("shop", lambda c: c["status"] == "True" and container(stacks, "shop-web")["image"] == "nginx:1.28", "")

    writes = calls(audit, stacks, writes=True)
    assert [write for write in writes if "composestacks" not in write] == ["patch deployments/shop-web"]
    assert "get configmaps/kube-root-ca.crt" not in calls(audit, stacks, writes=False)


def test_missing_sources_are_named_all_at_once_and_waited_for(stacks: Stacks) -> None:
    put(stacks, "Secret", "login", wrong="key")
    stacks.apply("shop", WEB, **SPEC)

    message = stacks.not_ready("shop", "SourceNotFound")["message"]
    assert "Secret/login has no key 'password'" in message
    assert "ConfigMap/release does not exist" in message
    assert "ConfigMap/site does not exist" in message
    assert stacks.names("deployments") == []

    put_all(stacks)
    stacks.ready("shop")


def test_a_source_that_goes_away_leaves_the_last_good_running(stacks: Stacks) -> None:
    put_all(stacks)
    stacks.apply("shop", WEB, **SPEC)
    stacks.ready("shop")

    stacks.kubectl("delete", "configmap", "release")
    stacks.not_ready("shop", "SourceNotFound")
    assert container(stacks, "shop-web")["image"] == "nginx:1.27"

    put(stacks, "ConfigMap", "release", tag="1.28")
    stacks.ready("shop")
    assert container(stacks, "shop-web")["image"] == "nginx:1.28"


def test_an_optional_source_may_be_missing_and_is_taken_when_it_appears(stacks: Stacks) -> None:
    put_all(stacks)
    optional = {"name": "TAG", "valueFrom": {"configMapKeyRef": {"name": "later", "key": "tag", "optional": True}}}
    more = [*FILES, {"secret": {"name": "later", "optional": True}}]
    stacks.apply("shop", WEB, env=[FROM_SECRET, optional], filesFrom=more)
    stacks.ready("shop")
    assert container(stacks, "shop-web")["image"] == "nginx:unset"

    put(stacks, "ConfigMap", "later", tag="1.29")
    wait_for(lambda: container(stacks, "shop-web")["image"] == "nginx:1.29", "the variable to be taken")


def test_a_whole_application_may_come_from_a_config_map(stacks: Stacks) -> None:
    files = {"compose.yaml": "services: {web: {image: 'nginx:${TAG}'}}", ".env": "TAG=1.27"}
    put(stacks, "ConfigMap", "application", **files)
    stacks.apply("shop", filesFrom=[{"configMap": {"name": "application"}}], composeFiles=["compose.yaml"])

    stacks.ready("shop")

    assert container(stacks, "shop-web")["image"] == "nginx:1.27"


def test_a_restart_writes_nothing_and_a_change_meanwhile_is_seen(
    stacks: Stacks, operator: Operator, audit: Audit
) -> None:
    put_all(stacks)
    stacks.apply("shop", WEB, **SPEC)
    stacks.apply("waiting", "services: {db: {image: 'postgres:${TAG}'}}", env=[FROM_CONFIG])
    stacks.ready("shop")
    stacks.ready("waiting")

    before = time.monotonic()
    operator.stop()
    assert time.monotonic() - before < 4.5, "the watches of sources are waited for"
    audit.mark()
    operator.start()
    wait_for(lambda: "get secrets/login" in calls(audit, stacks, writes=False), "the sources to be read")
    stacks.apply("later", "services: {redis: {image: redis}}")
    stacks.ready("later")
    writes = [write for write in calls(audit, stacks, writes=True) if "later" not in write]
    assert writes == ["patch services/redis"]

    operator.stop()
    put(stacks, "ConfigMap", "release", tag="1.28")
    operator.start()
    wait_for(lambda: container(stacks, "shop-web")["image"] == "nginx:1.28", "the new image")
    stacks.ready("shop")


def test_secret_values_are_in_no_status_event_or_log(stacks: Stacks, operator: Operator) -> None:
    put_all(stacks)
    put(stacks, "Secret", "odd", **{"1st": PASSWORD, "NEXT": "also-hidden"})
    stacks.apply("shop", WEB, **SPEC, envFrom=[{"secretRef": {"name": "odd"}}])

    status = stacks.ready("shop")
    stacks.kubectl("delete", "secret", "login")
    stacks.not_ready("shop", "SourceNotFound")

    assert [(n["code"], n["path"]) for n in status["notices"] if n["code"] == "SkippedKey"] == [
        ("SkippedKey", "spec.envFrom[0]")
    ]
    for value in (PASSWORD, b64encode(PASSWORD.encode()).decode(), "also-hidden"):
        assert value not in json.dumps([status, stacks.get("composestack", "shop")["status"]])
        assert value not in stacks.kubectl("get", "events", "-o", "yaml")
        assert value not in operator.log()


def test_a_new_stack_is_hardly_ever_read(stacks: Stacks, audit: Audit) -> None:
    put_all(stacks)
    for number in range(5):
        stacks.apply(f"shop-{number}", WEB.replace("web:", f"web-{number}:"), **SPEC)
    for number in range(5):
        stacks.ready(f"shop-{number}")

    reads = Counter(calls(audit, stacks, writes=False))
    itself = [count for read, count in reads.items() if read.startswith("get composestacks/")]
    assert len(itself) < 5, "the watch and our own writes show it"
    assert max(itself, default=0) <= 1, "unless it changes once more after it was ready"
    sources = {read: count for read, count in reads.items() if not read.startswith("get composestacks/")}
    assert sources.keys() == {"get configmaps/release", "get configmaps/site", "get secrets/login"}
    assert all(5 <= count <= 5 + len(itself) for count in sources.values()), "each stack reads what it uses once"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"env": [{**FROM_SECRET, "value": "x"}]}, "write either value or valueFrom"),
        ({"env": [{"name": "X", "valueFrom": {}}]}, "write either configMapKeyRef or secretKeyRef"),
        ({"envFrom": [{"prefix": "X_"}]}, "write either configMapRef or secretRef"),
        ({"filesFrom": [{"configMap": {"name": "a"}, "secret": {"name": "a"}}]}, "write either configMap or secret"),
    ],
)
def test_an_entry_names_exactly_one_source(
    kubectl: Kubectl, namespace: str, definition: None, spec: dict[str, Any], message: str
) -> None:
    stacks = Stacks(kubectl, namespace)
    with pytest.raises(Exception, match=message):
        stacks.apply("shop", WEB, **spec)
