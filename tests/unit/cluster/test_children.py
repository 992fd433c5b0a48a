from __future__ import annotations

from typing import Any

import pytest

from composestack.cluster.children import Children
from composestack.kinds import Ref
from composestack.reconcile.observe import FIELD_MANAGER
from composestack.reconcile.port import StackKey
from composestack.translate.digest import digest
from composestack.translate.labels import DIGEST, STACK
from composestack.translate.names import label_value
from composestack.translate.plan import Manifest

SHOP = StackKey("ns", "shop")
REF = Ref("ConfigMap", "a")


def live(version: int, *, uid: str = "u1", stack: str = "shop", data: str = "x", meant: str = "") -> Manifest:
    """An object whose `data` we own; by default it is as it was meant."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "namespace": "ns",
            "name": "a",
            "uid": uid,
            "resourceVersion": str(version),
            "labels": {STACK: stack},
            "annotations": {DIGEST: meant or digest({"data": {"k": data}})},
            "managedFields": [
                {"manager": FIELD_MANAGER, "operation": "Apply", "fieldsV1": {"f:data": {"f:k": {}}}},
            ],
        },
        "data": {"k": data},
    }


class Changes(list[StackKey]):
    """What was reported since the last look."""

    def taken(self) -> list[StackKey]:
        taken = list(self)
        self.clear()
        return taken


@pytest.fixture
def changes() -> Changes:
    return Changes()


@pytest.fixture
def children(changes: Changes) -> Children:
    return Children(changes.append)


def versions(children: Children, key: StackKey = SHOP) -> dict[Ref, str]:
    return {ref: child.resource_version for ref, child in children.live(key).children.items()}


def test_what_the_watch_tells_is_shown(children: Children, changes: Changes) -> None:
    children.seen(live(5))

    assert versions(children) == {REF: "5"}
    assert changes.taken() == [SHOP]


def test_a_write_is_shown_before_the_watch_tells_of_it(children: Children, changes: Changes) -> None:
    row = children.written(live(5))
    assert children.live(SHOP).children == {REF: row}
    changes.taken()

    children.seen(live(5))
    assert changes.taken() == []


def test_an_older_state_does_not_replace_a_newer_one(children: Children) -> None:
    children.written(live(7))
    children.seen(live(5))

    assert versions(children) == {REF: "7"}


def test_a_new_version_that_says_nothing_new_is_no_change(children: Children, changes: Changes) -> None:
    children.seen(live(5))
    changes.taken()
    children.seen(live(6))

    assert versions(children) == {REF: "6"}
    assert changes.taken() == []


def test_drift_is_a_change(children: Children, changes: Changes) -> None:
    children.seen(live(5))
    changes.taken()
    children.seen(live(6, data="edited", meant=digest({"data": {"k": "x"}})))

    assert changes.taken() == [SHOP]
    (row,) = children.live(SHOP).children.values()
    assert row.meant != row.actual


def test_what_is_gone_stays_gone(children: Children, changes: Changes) -> None:
    children.seen(live(5))
    children.kinds["ConfigMap"].drop(live(9))
    assert versions(children) == {}
    changes.taken()

    children.written(live(6))  # the answer to a write comes late
    assert versions(children) == {}
    assert changes.taken() == []


def test_what_we_deleted_is_gone_at_once_and_its_successor_shows(children: Children) -> None:
    row = children.written(live(5))
    children.gone(row)
    children.seen(live(6))
    assert versions(children) == {}

    children.seen(live(7, uid="u2"))
    assert versions(children) == {REF: "7"}


def test_the_end_of_a_predecessor_does_not_hide_the_successor(children: Children) -> None:
    children.seen(live(5))
    children.written(live(8, uid="u2"))
    children.kinds["ConfigMap"].drop(live(7))

    assert versions(children) == {REF: "8"}


def test_deleting_a_predecessor_does_not_hide_the_successor(children: Children) -> None:
    row = children.written(live(5))
    children.seen(live(8, uid="u2"))
    children.gone(row)

    assert versions(children) == {REF: "8"}


def test_news_of_a_lost_label_that_come_late_do_not_hide_that_it_is_back(children: Children) -> None:
    children.written(live(7))
    children.kinds["ConfigMap"].drop(live(6))

    assert versions(children) == {REF: "7"}


def test_an_object_that_lost_its_label_shows_again_when_it_is_given_back(children: Children) -> None:
    children.seen(live(5))
    children.kinds["ConfigMap"].drop(live(6))
    children.written(live(7))

    assert versions(children) == {REF: "7"}


def test_an_object_that_changes_its_stack_concerns_both(children: Children, changes: Changes) -> None:
    children.seen(live(5))
    changes.taken()
    children.seen(live(6, stack="other"))

    assert versions(children) == {}
    assert versions(children, StackKey("ns", "other")) == {REF: "6"}
    assert sorted(changes.taken()) == [StackKey("ns", "other"), SHOP]


def test_a_sweep_forgets_what_the_list_does_not_have(children: Children, changes: Changes) -> None:
    children.seen(live(5))
    changes.taken()
    children.kinds["ConfigMap"].sweep(None, {("ns", "b")}, 10)

    assert versions(children) == {}
    assert changes.taken() == [SHOP]


def test_a_sweep_spares_other_namespaces_and_what_is_newer_than_the_list(children: Children) -> None:
    children.written(live(12))
    rows = children.kinds["ConfigMap"]
    rows.sweep("other", set(), 20)
    assert versions(children) == {REF: "12"}

    rows.sweep("ns", set(), 10)
    assert versions(children) == {REF: "12"}


def test_the_form_that_the_api_server_gives_our_fields_is_no_drift(
    children: Children, caplog: pytest.LogCaptureFixture
) -> None:
    meant = digest({"data": {"k": "0.5"}})
    row = children.written(live(5, data="500m", meant=meant))
    assert row.actual == row.meant == meant
    children.written(live(5, data="500m", meant=meant))
    assert [record.levelname for record in caplog.records] == ["WARNING"]

    children.seen(live(6, data="500m", meant=meant))
    (seen,) = children.live(SHOP).children.values()
    assert seen.actual == meant

    children.seen(live(7, data="600m", meant=meant))
    (edited,) = children.live(SHOP).children.values()
    assert edited.actual != meant


def test_after_a_restart_an_apply_that_changes_nothing_tells_the_form_again(children: Children) -> None:
    meant = digest({"data": {"k": "0.5"}})
    children.seen(live(5, data="500m", meant=meant))
    children.written(live(5, data="500m", meant=meant))

    (row,) = children.live(SHOP).children.values()
    assert row.actual == meant


def test_a_stack_with_a_long_name_has_a_shortened_label(children: Children) -> None:
    name = "x" * 70
    children.seen(live(5, stack=label_value(name)))

    assert versions(children, StackKey("ns", name)) == {REF: "5"}


def test_pods_are_shown_by_name(children: Children) -> None:
    for name in ("b", "a"):
        children.pods.put(pod(name))

    assert [row.name for row in children.live(SHOP).pods] == ["a", "b"]


def pod(name: str) -> dict[str, Any]:
    metadata = {"namespace": "ns", "name": name, "uid": name, "resourceVersion": "1", "labels": {STACK: "shop"}}
    return {"kind": "Pod", "metadata": metadata, "spec": {"containers": [{"name": "c"}]}}
