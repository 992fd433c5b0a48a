from __future__ import annotations

from composestack.translate.objects.base import manifest, ordered, with_annotations


def test_a_manifest_knows_its_version() -> None:
    made = manifest("Deployment", "web", {"b": "2", "a": "1"}, spec={})

    assert made["apiVersion"] == "apps/v1"
    assert list(made["metadata"]["labels"]) == ["a", "b"]


def test_a_part_has_no_labels() -> None:
    assert manifest("Service", "web") == {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}}


def test_annotations_are_not_empty() -> None:
    part = manifest("Service", "web")

    assert with_annotations(part, {}) is part
    assert with_annotations(part, {"a": "b"})["metadata"]["annotations"] == {"a": "b"}
    assert "annotations" not in part["metadata"]


def test_ordered() -> None:
    made = ordered({"b": [{"d": "ü", "c": False}], "a": None})

    assert repr(made) == "{'a': None, 'b': [{'c': False, 'd': 'ü'}]}"
