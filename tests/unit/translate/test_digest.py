from __future__ import annotations

from typing import Any

import pytest

from composestack.kinds import Ref
from composestack.translate.digest import digest, digests, with_digest
from composestack.translate.labels import DIGEST


def manifest(**metadata: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "web", **metadata},
        "data": {"a": "1", "b": "ü"},
    }


@pytest.mark.parametrize(
    "metadata",
    [{"name": "other"}, {"namespace": "shop"}, {"ownerReferences": [{"uid": "1"}]}, {"annotations": {DIGEST: "x"}}],
)
def test_identity_is_not_part_of_the_meaning(metadata: dict[str, Any]) -> None:
    assert digest(manifest(**metadata)) == digest(manifest())


@pytest.mark.parametrize("metadata", [{"labels": {"a": "b"}}, {"annotations": {"a": "b"}}])
def test_labels_and_annotations_are(metadata: dict[str, Any]) -> None:
    assert digest(manifest(**metadata)) != digest(manifest())


def test_content_is() -> None:
    assert digest({**manifest(), "data": {"a": "2"}}) != digest(manifest())


def test_the_order_of_keys_is_not() -> None:
    assert digest({**manifest(), "data": {"b": "ü", "a": "1"}}) == digest(manifest())


def test_the_digest_is_an_annotation_that_does_not_change_it() -> None:
    made = with_digest(manifest(annotations={"z": "1"}))

    assert made["metadata"]["annotations"] == {DIGEST: digest(manifest(annotations={"z": "1"})), "z": "1"}
    assert digest(made) == made["metadata"]["annotations"][DIGEST]
    assert digests([made]) == {Ref("ConfigMap", "web"): digest(made)}
