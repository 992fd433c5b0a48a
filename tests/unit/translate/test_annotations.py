from __future__ import annotations

import pytest

from composestack.api.reasons import NoticeCode
from composestack.translate.annotations import from_labels, not_allowed

PATH = "services.web.labels"


@pytest.mark.parametrize("key", ["team", "com.example.team", "example.com/team", "traefik.http.routers.web.rule"])
def test_usable_keys_stay(key: str) -> None:
    found = from_labels({key: "x y z"}, PATH)

    assert found.values == {key: "x y z"}
    assert not found.notices
    assert not found.problems


@pytest.mark.parametrize("key", ["not a key", "a" * 64, "Example_/team", "a/b/c", ""])
def test_other_keys_are_changed_and_it_is_said(key: str) -> None:
    found = from_labels({key: "1"}, PATH)

    assert list(found.values) != [key]
    assert [notice.code for notice in found.notices] == [NoticeCode.RENAMED]


@pytest.mark.parametrize(
    "key",
    [
        "com.docker.compose.project",
        "composestack.io/stack",
        "kubernetes.io/x",
        "pod-security.kubernetes.io/enforce",
        "a.k8s.io/b",
    ],
)
def test_reserved_keys_are_refused(key: str) -> None:
    found = from_labels({key: "1"}, PATH)

    assert [problem.path for problem in found.problems] == [f"{PATH}.{key}"]
    assert not found.values


def test_migration_labels_are_reported() -> None:
    found = from_labels({"kompose.service.type": "nodeport"}, PATH)

    assert [notice.code for notice in found.notices] == [NoticeCode.NOT_TRANSLATED]


def test_annotations_for_controllers_are_the_admins_to_allow() -> None:
    written = {"metallb.io/pool": "a", "metallb.io/other": "b", "cert-manager.io/issuer": "c", "no key": "d"}
    refused = not_allowed(written, "spec.publish.annotations", ["metallb.io/pool", "cert-manager.io/", "no key"])
    assert [problem.path for problem in refused] == [
        "spec.publish.annotations.metallb.io/other",
        "spec.publish.annotations.no key",
    ]
    assert not_allowed({"cert-manager.iox/issuer": ""}, "p", ["cert-manager.io/"])
    assert not_allowed({"a": ""}, "p", [])
