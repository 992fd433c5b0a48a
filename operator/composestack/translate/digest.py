"""Digests of manifests: how the operator knows, without a call, that an object is as it should be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from composestack.kinds import Ref
from composestack.translate.labels import DIGEST
from composestack.translate.planned import Manifest

IDENTITY = ("name", "namespace", "ownerReferences")
"""Metadata that says which object it is and whose, not what it is. Checked by other means, so not in the digest."""


def digest(manifest: Manifest) -> str:
    """Return 16 hex digits over what the manifest means: everything but `apiVersion`, `kind`, its identity and its own
    digest annotation.
    """
    meaning = {key: value for key, value in manifest.items() if key not in {"apiVersion", "kind", "metadata"}}
    metadata = {key: value for key, value in manifest.get("metadata", {}).items() if key not in IDENTITY}
    annotations = {key: value for key, value in metadata.pop("annotations", {}).items() if key != DIGEST}
    if annotations:
        metadata["annotations"] = annotations
    if metadata:
        meaning["metadata"] = metadata
    return fingerprint(meaning)


def fingerprint(value: Any) -> str:
    """Return 16 hex digits over the canonical JSON of a value.

    64 bits are plenty: it is compared with one other digest, never searched.
    """
    return hashlib.sha256(_encode(value).encode()).hexdigest()[:16]


_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False).encode


def with_digest(manifest: Manifest) -> Manifest:
    """Return the manifest with its digest as an annotation."""
    metadata = manifest["metadata"]
    annotations = {**metadata.get("annotations", {}), DIGEST: digest(manifest)}
    return {**manifest, "metadata": {**metadata, "annotations": dict(sorted(annotations.items()))}}


def digests(manifests: Iterable[Manifest]) -> dict[Ref, str]:
    """Return the digest of each manifest, as `with_digest` wrote it."""
    return {Ref(m["kind"], m["metadata"]["name"]): m["metadata"]["annotations"][DIGEST] for m in manifests}
