from __future__ import annotations

import pytest

from composestack.api.reasons import NoticeCode
from composestack.compose.problems import Notice
from composestack.translate.contribution import NOTHING, Clash, Contribution, combine, merge_all, merge_objects


def test_shares_become_one_whole() -> None:
    whole = combine(
        [
            Contribution(container={"image": "web"}, pod={"securityContext": {"fsGroup": 1}}),
            NOTHING,
            Contribution(container={"tty": True}, pod={"securityContext": {"runAsUser": 2}}),
        ]
    )

    assert whole.container == {"image": "web", "tty": True}
    assert whole.pod == {"securityContext": {"fsGroup": 1, "runAsUser": 2}}


def test_lists_merge_by_their_kubernetes_key_and_come_out_sorted() -> None:
    whole = combine(
        [
            Contribution(container={"ports": [{"containerPort": 53, "protocol": "UDP", "name": "dns"}]}),
            Contribution(container={"ports": [{"containerPort": 53, "protocol": "TCP"}]}),
            Contribution(container={"ports": [{"containerPort": 53, "protocol": "UDP", "hostPort": 5353}]}),
        ]
    )

    assert whole.container == {
        "ports": [
            {"containerPort": 53, "protocol": "TCP"},
            {"containerPort": 53, "protocol": "UDP", "name": "dns", "hostPort": 5353},
        ]
    }


def test_other_lists_are_atomic() -> None:
    with pytest.raises(Clash, match="two different values for args"):
        combine([Contribution(container={"args": ["a"]}), Contribution(container={"args": ["b"]})])


def test_two_values_for_one_field_clash_and_the_field_is_named() -> None:
    shares = [
        Contribution(container={"volumeMounts": [{"mountPath": "/data", "name": "one"}]}),
        Contribution(container={"volumeMounts": [{"mountPath": "/data", "name": "two"}]}),
    ]

    with pytest.raises(Clash) as clash:
        combine(shares)

    assert clash.value.field == "volumeMounts[/data].name"


def test_the_same_value_twice_is_no_clash() -> None:
    assert merge_all([{"a": {"b": 1}}, {"a": {"b": 1}}]) == {"a": {"b": 1}}


def test_a_scalar_and_a_mapping_clash() -> None:
    with pytest.raises(Clash):
        merge_all([{"a": 1}, {"a": {"b": 1}}])
    with pytest.raises(Clash):
        merge_all([{"a": {"b": 1}}, {"a": 1}])


def test_parts_of_one_object_merge() -> None:
    parts = [
        {"kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}},
        {"kind": "Service", "metadata": {"name": "db"}},
        {"kind": "Service", "metadata": {"name": "web", "annotations": {"a": "b"}}},
    ]

    db, web = merge_objects(parts)

    assert db["metadata"]["name"] == "db"
    assert web["metadata"] == {"name": "web", "annotations": {"a": "b"}}
    assert web["spec"] == {"ports": [{"port": 80}]}


def test_merging_leaves_the_shares_alone() -> None:
    share = {"labels": {"a": "1"}}

    merge_all([share, {"labels": {"b": "2"}}])

    assert share == {"labels": {"a": "1"}}


def test_the_same_notice_is_said_once() -> None:
    notice = Notice("volumes", NoticeCode.APPROXIMATED, "starts empty")

    assert combine([Contribution(notices=[notice]), Contribution(notices=[notice])]).notices == [notice]
