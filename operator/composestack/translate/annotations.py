"""Compose labels as Kubernetes annotations: Docker's label values are free text, which only annotations may hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from composestack.api.reasons import NoticeCode
from composestack.compose.problems import Notice
from composestack.translate.labels import GROUP
from composestack.translate.names import is_qualified_name, label_value
from composestack.translate.policy import forbidden
from composestack.translate.refusal import Refusal

_OF_OTHERS = rf"com\.docker\.compose\..*|(?:[^/]*\.)?(?:{re.escape(GROUP)}|kubernetes\.io|k8s\.io)/.*"
_OF_MULTUS = r"k8s\.v1\.cni\.cncf\.io/.*"
_RESERVED = re.compile(f"{_OF_OTHERS}|{_OF_MULTUS}")
_MIGRATION = "kompose."


class Annotations(NamedTuple):
    """What became of a mapping of labels."""

    values: Mapping[str, str]
    notices: tuple[Notice, ...]
    problems: tuple[Refusal, ...]


NO_ANNOTATIONS = Annotations(MappingProxyType({}), (), ())


def from_labels(labels: Mapping[str, str], path: str, honoured: Collection[str] = ()) -> Annotations:
    """Return the annotations for labels (or annotations) written at `path`; those `honoured` elsewhere are none.

    Keys that Kubernetes cannot hold get a hash.
    """
    if not labels:
        return NO_ANNOTATIONS
    values: dict[str, str] = {}
    notices, problems = [], []
    for key, value in sorted(labels.items()):
        where = f"{path}.{key}"
        if is_reserved(key):
            problems.append(Refusal(where, "the prefix of this key is reserved", "choose another key"))
            continue
        if key in honoured:
            continue
        if key.startswith(_MIGRATION):
            notices.append(Notice(where, NoticeCode.NOT_TRANSLATED, "this label of kompose has no effect here"))
            continue
        usable = key if is_qualified_name(key) else label_value(key)
        if usable != key:
            notices.append(Notice(where, NoticeCode.RENAMED, f"became the annotation {usable}"))
        values[usable] = value
    return Annotations(values, tuple(notices), tuple(problems))


def is_reserved(key: str) -> bool:
    """Tell whether a label or annotation is not the author's to write: that of Compose, of Kubernetes or of ours."""
    return _RESERVED.fullmatch(key) is not None


def is_allowed(key: str, allowed: Iterable[str]) -> bool:
    """Tell whether an annotation is one of those `allowed`: keys, or prefixes that end in `/`."""
    return any(key == each or (each.endswith("/") and key.startswith(each)) for each in allowed)


def not_allowed(annotations: Mapping[str, str], path: str, allowed: Iterable[str]) -> list[Refusal]:
    """Return a refusal for each annotation that the admin does not let stacks write.

    Controllers take orders from annotations, some of them for the whole cluster.
    """
    keys = tuple(allowed)
    message = "the policy of this cluster does not allow this annotation (publish_annotations)"
    return [
        forbidden(f"{path}.{key}", message, "publish_annotations", entry="it")
        for key in sorted(annotations)
        if not is_allowed(key, keys)
    ] + [
        Refusal(f"{path}.{key}", "is no key of an annotation", "write it as name or example.com/name")
        for key in sorted(annotations)
        if not is_qualified_name(key)
    ]
