"""What all manifests share."""

from __future__ import annotations

import json
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

    So the order in which concerns contributed leaves no trace. JSON sorts several times faster than code of our own.
    """
    found: Manifest = json.loads(_encode(made))
    return found


_encode = json.JSONEncoder(sort_keys=True).encode
