from __future__ import annotations

import re

import pytest

from composestack.translate import labels


def test_people_find_objects_by_recommended_labels() -> None:
    assert labels.of_service("shop", "web") == {
        "app.kubernetes.io/component": "service",
        "app.kubernetes.io/managed-by": "composestack",
        "app.kubernetes.io/name": "web",
        "app.kubernetes.io/part-of": "shop",
        "composestack.io/service": "web",
        "composestack.io/stack": "shop",
    }


def test_nothing_bears_the_label_by_which_argo_cd_prunes() -> None:
    assert not any(key.endswith("/instance") for key in labels.common("shop", "data", "volume"))


def test_selectors_use_our_two_labels_only() -> None:
    assert set(labels.selector("shop", "web")) == {labels.STACK, labels.SERVICE}
    assert labels.selector("shop", "web").items() <= labels.of_service("shop", "web").items()


@pytest.mark.parametrize("name", ["front", "my_net", "_x", "a" * 80, "ümlaut"])
def test_membership_is_a_valid_key_whatever_the_name(name: str) -> None:
    prefix, _, key = labels.membership("network", name).partition("/")

    assert prefix == labels.GROUP
    assert re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?", key)


def test_membership_tells_names_apart() -> None:
    assert labels.membership("network", "a" * 80) != labels.membership("network", "a" * 81)
    assert labels.membership("network", "a") != labels.membership("alias", "a")
