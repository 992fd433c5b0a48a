"""What the API server refuses by the definition alone, before anybody has to look at a status, and in which words."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from composestack.api.crd import custom_resource_definition
from tests.cluster.plugin import Kubectl

WEB = "services: {web: {image: nginx}}"
OUTSIDE = "is outside of the project directory; write it relative and without '..'"
EITHER = "write either"
NO_NAME = "should match '^[a-z0-9]"
NO_KEY = "should match '^[-._a-zA-Z0-9]+$'"


def source(**fields: Any) -> dict[str, Any]:
    return {"filesFrom": [{"configMap": {"name": "files", **fields}}]}


def variable(**fields: Any) -> dict[str, Any]:
    return {"env": [{"name": "TAG", **fields}]}


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    # the application
    ({"compose": None}, "spec", "must validate at least one schema (anyOf)"),
    ({"composeFiles": ["a.yaml"]}, "spec", "which are missing"),
    ({"files": {"/etc/passwd": ""}}, "spec.files", f"a path {OUTSIDE}"),
    ({"files": {"../a": ""}}, "spec.files", f"a path {OUTSIDE}"),
    ({"files": {"a": ""}, "composeFiles": ["../a"]}, "spec.composeFiles[0]", OUTSIDE),
    ({"files": {"a": ""}, "composeFiles": ["/a"]}, "spec.composeFiles[0]", OUTSIDE),
    ({"files": {"a": ""}, "composeFiles": [""]}, "spec.composeFiles[0]", "at least 1 chars long"),
    ({"files": {"a": ""}, "composeFiles": ["a"] * 501}, "spec.composeFiles", "must have at most 500 items"),
    # sources
    (source(prefix="/etc"), "spec.filesFrom[0].configMap.prefix", OUTSIDE),
    (source(prefix=".."), "spec.filesFrom[0].configMap.prefix", OUTSIDE),
    (source(items=[{"key": "a", "path": "../a"}]), "spec.filesFrom[0].configMap.items[0].path", OUTSIDE),
    (source(items=[{"key": "a/b", "path": "a"}]), "spec.filesFrom[0].configMap.items[0].key", NO_KEY),
    (source(name="../../kube-system/secrets/admin"), "spec.filesFrom[0].configMap.name", NO_NAME),
    ({"filesFrom": [{}]}, "spec.filesFrom[0]", f"{EITHER} configMap or secret"),
    (source() | {"filesFrom": [{"configMap": {"name": "a"}, "secret": {"name": "a"}}]}, "spec.filesFrom[0]", EITHER),
    ({"envFrom": [{"prefix": "A_"}]}, "spec.envFrom[0]", f"{EITHER} configMapRef or secretRef"),
    ({"envFrom": [{"secretRef": {"name": "a/b"}}]}, "spec.envFrom[0].secretRef.name", NO_NAME),
    # variables
    (variable(value="1", valueFrom={"secretKeyRef": {"name": "a", "key": "b"}}), "spec.env[0]", f"{EITHER} value"),
    (variable(valueFrom={}), "spec.env[0].valueFrom", f"{EITHER} configMapKeyRef or secretKeyRef"),
    (variable(valueFrom={"secretKeyRef": {"name": "..", "key": "b"}}), "secretKeyRef.name", NO_NAME),
    (variable(valueFrom={"secretKeyRef": {"name": "a", "key": "../b"}}), "secretKeyRef.key", NO_KEY),
    (variable(name="A=B"), "spec.env[0].name", "should match '^[^=]+$'"),
    ({"env": [{"name": "A"}, {"name": "A"}]}, "spec.env[1]", "Duplicate value"),
    # the rest
    ({"imagePullSecrets": [{"name": "Login"}]}, "spec.imagePullSecrets[0].name", NO_NAME),
    ({"serviceAccountName": "system:serviceaccount:kube-system:admin"}, "spec.serviceAccountName", NO_NAME),
    ({"ingress": {"tls": {"secretName": "a/b"}}}, "spec.ingress.tls.secretName", NO_NAME),
    ({"storage": {"defaultSize": "much"}}, "spec.storage.defaultSize", "should match"),
    ({"storage": {"defaultSize": "0Gi"}}, "spec.storage.defaultSize", "a volume has more than nothing"),
    ({"storage": {"accessMode": "ReadOnlyMany"}}, "spec.storage.accessMode", "Unsupported value"),
    ({"publish": {"type": "Ingress"}}, "spec.publish.type", "Unsupported value"),
    ({"networkPolicy": False}, "spec.networkPolicy", "must be of type string"),  # what YAML 1.1 takes Off for
    ({"deletionPolicy": {"volumes": "Keep"}}, "spec.deletionPolicy.volumes", "Unsupported value"),
    ({"patches": [{"patch": {}}]}, "spec.patches[0].target", "Required value"),
    ({"suspend": "yes"}, "spec.suspend", "must be of type boolean"),
    ({"suspended": True}, "", 'unknown field "spec.suspended"'),
]

ACCEPTED: list[dict[str, Any]] = [
    {"compose": {"services": {"web": {"image": "nginx"}}}},
    {"compose": None, "files": {"compose.yaml": WEB, "conf/..data": "", "...": "", "./a": ""}},
    {"compose": None, "filesFrom": [{"secret": {"name": "a.b", "items": [{"key": ".env", "path": "deploy/.env"}]}}]},
    {"files": {"a": ""}, "composeFiles": ["./a", "deploy/../a"]},
    {"env": [{"name": "TAG"}, {"name": "tag.2", "value": ""}], "storage": {"defaultSize": "0.5Gi"}},
    {"serviceAccountName": "team.deployer", "ingress": {"tls": {"secretName": "web-tls"}}, "networkPolicy": "Off"},
    {"suspend": True, "deletionPolicy": {"volumes": "Delete"}, "patches": [{"target": {}, "patch": []}]},
]


def judged(kubectl: Kubectl, spec: dict[str, Any], name: str = "shop") -> str:
    """Have the API server judge a stack, and return why it would not have it. Nothing is kept.

    Without another word the stack has an application.
    """
    whole = {key: value for key, value in {"compose": WEB, **spec}.items() if value is not None}
    kind = {"apiVersion": "composestack.io/v1alpha1", "kind": "ComposeStack"}
    path = "/apis/composestack.io/v1alpha1/namespaces/default/composestacks?dryRun=All&fieldValidation=Strict"
    try:
        kubectl(
            "create", f"--raw={path}", "-f", "-", stdin=json.dumps({**kind, "metadata": {"name": name}, "spec": whole})
        )
    except subprocess.CalledProcessError as refused:
        return str(refused.stderr)
    return ""


@pytest.mark.parametrize(("spec", "path", "words"), REFUSED, ids=range(len(REFUSED)))
def test_refused(definition: None, kubectl: Kubectl, spec: dict[str, Any], path: str, words: str) -> None:
    said = judged(kubectl, spec)

    assert path in said
    assert words in said


def test_a_name_that_is_no_value_of_a_label_is_refused(definition: None, kubectl: Kubectl) -> None:
    assert "the name of a ComposeStack has at most 63 characters" in judged(kubectl, {}, name="a" * 64)


@pytest.mark.parametrize("spec", ACCEPTED, ids=range(len(ACCEPTED)))
def test_accepted(definition: None, kubectl: Kubectl, spec: dict[str, Any]) -> None:
    assert judged(kubectl, spec) == ""


def rules(schema: Any) -> set[str]:
    """Return the messages of all rules in a schema."""
    if isinstance(schema, list):
        return {message for each in schema for message in rules(each)}
    if not isinstance(schema, dict):
        return set()
    own = {rule["message"] for rule in schema.get("x-kubernetes-validations", ())}
    return own | {message for each in schema.values() for message in rules(each)}


def test_every_rule_is_shown_to_refuse_something() -> None:
    shown = [words for _, _, words in REFUSED] + ["the name of a ComposeStack has at most 63 characters"]

    assert [rule for rule in rules(custom_resource_definition()) if not any(words in rule for words in shown)] == []
