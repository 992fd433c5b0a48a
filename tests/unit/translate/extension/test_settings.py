from __future__ import annotations

from typing import Any

import pytest

from composestack.compose.model import Service
from composestack.translate.extension.publishing import PublishSettings
from composestack.translate.extension.service import ServiceSettings
from composestack.translate.extension.settings import extended


def read(written: Any) -> tuple[ServiceSettings, list[str]]:
    service = Service(name="web", extensions={"x-kubernetes": written, "x-other": 1})
    settings, problems = extended("services", {"web": service}, ServiceSettings)
    return settings["web"], [str(problem) for problem in problems]


def test_nothing_written() -> None:
    settings, problems = extended("services", {"web": Service(name="web", extensions={"x-other": 1})}, ServiceSettings)
    assert settings == {"web": ServiceSettings()}
    assert problems == []


def test_keys_are_those_of_kubernetes() -> None:
    settings, problems = read({"publish": {"type": "NodePort"}, "ingress": {"className": "nginx", "port": "80"}})
    assert settings.publish == PublishSettings(type="NodePort")
    assert (settings.ingress.class_name, settings.ingress.port) == ("nginx", 80)
    assert problems == []


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ({"publsh": {}}, "services.web.x-kubernetes.publsh: x-kubernetes has no such key; write publish"),
        (
            {"ingress": {"tls": {"secret": "a", "secretName": "b"}}},
            "services.web.x-kubernetes.ingress.tls.secret: x-kubernetes has no such key; write secretName",
        ),
        (
            {"disruptionBudget": {"zzz": 1}},
            "services.web.x-kubernetes.disruptionBudget.zzz: x-kubernetes has no such key; "
            "the keys here are maxUnavailable, minAvailable",
        ),
        (
            {"ingress": {"hosts": [["a"]]}},
            "services.web.x-kubernetes.ingress.hosts[0]: is no text; correct it, or leave it out",
        ),
        ([], "services.web.x-kubernetes: is no mapping; correct it, or leave it out"),
    ],
)
def test_what_is_wrong_is_named_by_its_path(written: Any, problem: str) -> None:
    settings, problems = read(written)
    assert problems == [problem]
    assert settings == ServiceSettings()


def test_all_problems_at_once() -> None:
    _, problems = read({"one": 1, "publish": {"type": "Public"}, "ingress": {"port": 0}})
    assert len(problems) == 3


def test_a_variable_has_one_source() -> None:
    key = {"name": "db", "key": "password"}
    settings, problems = read({"env": [{"name": "A", "valueFrom": {"secretKeyRef": key}}]})
    assert problems == []
    assert settings.env[0].value_from.secret_key_ref is not None

    _, problems = read({"env": [{"name": "A", "valueFrom": {"secretKeyRef": key, "fieldRef": {"fieldPath": "x"}}}]})
    assert problems == [
        "services.web.x-kubernetes.env[0].valueFrom: needs one of configMapKeyRef, fieldRef, resourceFieldRef and "
        "secretKeyRef; correct it, or leave it out"
    ]


def test_keys_within_lists_are_checked_too() -> None:
    _, problems = read({"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "a", "key": "b", "kee": 1}}}]})
    assert problems == [
        "services.web.x-kubernetes.env[0].valueFrom.secretKeyRef.kee: x-kubernetes has no such key; write key"
    ]


def test_what_weighs_less_shines_through_where_nothing_is_written() -> None:
    below = {"web": {"publish": {"type": "NodePort"}, "ingress": {"hosts": ["a.org"], "className": "nginx"}}}
    service = Service(name="web", extensions={"x-kubernetes": {"ingress": {"hosts": ["b.org"]}}})
    settings, problems = extended("services", {"web": service}, ServiceSettings, below)
    assert not problems
    assert settings["web"].publish.type == "NodePort"
    assert (settings["web"].ingress.hosts, settings["web"].ingress.class_name) == (("b.org",), "nginx")
