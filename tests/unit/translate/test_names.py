from __future__ import annotations

import pytest

from composestack.translate import names


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("web", "web"),
        ("web-1", "web-1"),
        ("my_app", "my-app"),
        ("My.App", "my-app"),
        ("_db_", "db"),
        ("1st", "x-1st"),
        ("___", "x"),
    ],
)
def test_the_nearest_label(written: str, label: str) -> None:
    assert names.dns_label(written) == label
    assert names.is_dns_label(label)


def test_a_long_name_is_cut_and_stays_distinct() -> None:
    one, other = names.dns_label("a" * 80), names.dns_label("a" * 81)

    assert len(one) == 63
    assert one != other
    assert names.is_dns_label(one)


def test_colliding_names_get_a_hash_but_a_valid_one_stays() -> None:
    labels = names.unique_dns_labels(["my-app", "my_app", "my.app", "other_app"])

    assert labels["my-app"] == "my-app"
    assert labels["other_app"] == "other-app"
    assert labels["my_app"].startswith("my-app-")
    assert labels["my.app"].startswith("my-app-")
    assert len(set(labels.values())) == 4


def test_labels_do_not_depend_on_the_order_of_names() -> None:
    written = ["my_app", "my.app", "web"]

    assert names.unique_dns_labels(written) == names.unique_dns_labels(reversed(written))


def test_an_object_is_called_after_its_stack() -> None:
    assert names.object_name("shop", "web") == "shop-web"
    assert names.object_name("shop.eu", "web") == "shop-eu-web"


def test_a_long_object_name_keeps_its_suffix() -> None:
    name = names.object_name("s" * 50, "web" * 10, suffix="0a1b2c3d")

    assert len(name) <= 63
    assert name.endswith("-0a1b2c3d")


def test_paths_that_look_alike_have_different_labels() -> None:
    assert names.path_label("a/b") != names.path_label("a-b")
    assert names.path_label("a/b").startswith("a-b-")


@pytest.mark.parametrize("value", ["web", "Web_1.x", "a" * 63])
def test_label_values_may_hold_more_than_dns(value: str) -> None:
    assert names.label_value(value) == value


@pytest.mark.parametrize("value", ["_web", "a b", "a" * 64, "web-"])
def test_other_label_values_get_a_hash(value: str) -> None:
    changed = names.label_value(value)

    assert changed != value
    assert names.label_value(changed) == changed


def test_content_is_told_apart_also_across_keys() -> None:
    assert names.content_hash({"a": b"bc"}) != names.content_hash({"ab": b"c"})
    assert names.content_hash({"a": b"1", "b": b"2"}) == names.content_hash({"b": b"2", "a": b"1"})


@pytest.mark.parametrize(
    ("name", "valid"), [("a.b-c.d", True), ("1a", True), ("A", False), ("a..b", False), ("", False)]
)
def test_dns_subdomains(name: str, valid: bool) -> None:
    assert names.is_dns_subdomain(name) is valid
