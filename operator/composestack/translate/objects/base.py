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
    whole: Manifest = {}
    for key in sorted(made):
        value = made[key]
        kind = type(value)
        if kind is dict:
            value = ordered(value)
        elif kind is list or kind is tuple:
            value = [ordered(each) if type(each) is dict else each for each in value]
        whole[key] = value
    return whole
