"""What all manifests share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from composestack.kinds import KINDS
from composestack.translate.planned import Manifest


def manifest(kind: str, name: str, labels: Mapping[str, str] | None = None, **body: Any) -> Manifest:
    """Return a manifest of one of our kinds.

    Without labels it is a part, to be merged with the object that another concern makes.
    """
    metadata: dict[str, Any] = {"name": name}
    if labels:
        metadata["labels"] = dict(sorted(labels.items()))
    return {"apiVersion": KINDS[kind].api_version, "kind": kind, "metadata": metadata, **body}


def with_annotations(part: Manifest, annotations: Mapping[str, str]) -> Manifest:
    """Return the manifest with these annotations."""
    if not annotations:
        return part
    return {**part, "metadata": {**part["metadata"], "annotations": dict(sorted(annotations.items()))}}


def ordered(made: Manifest) -> Manifest:
    """Return a merged manifest with the keys of all its mappings in alphabetical order, as kubectl prints them.

    So the order in which concerns contributed leaves no trace.
    """
    whole: Manifest = _in_order(made)
    return whole


_PLAIN, _LISTS = frozenset({str, int, bool}), frozenset({list, tuple})


def _in_order(value: Any) -> Any:
    if type(value) is dict:
        return {key: each if type(each) in _PLAIN else _in_order(each) for key, each in sorted(value.items())}
    return [each if type(each) in _PLAIN else _in_order(each) for each in value] if type(value) in _LISTS else value
