"""A project directory as one ComposeStack, with the Secret and the ConfigMaps that hold what it must not or cannot."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from composestack.api.v1alpha1 import API_VERSION, KIND

KEY = re.compile(r"[^-._a-zA-Z0-9]")
"""What may not stand in a key of a ConfigMap or Secret."""

INLINE = 200_000
"""Bytes of text that `spec.files` takes. Beyond it `kubectl apply` could not keep its copy in an annotation, which may
have 262,144 bytes.
"""

LARGEST = 900_000
"""Bytes of one ConfigMap: the API takes 1 MiB, and base64 grows by a third."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of an application by path. `compose` are its Compose files in order, `secret` those with secrets,
    `mounted` those that containers see.
    """

    contents: Mapping[str, bytes]
    compose: tuple[str, ...]
    secret: frozenset[str]
    mounted: frozenset[str] = frozenset()


def wrap(name: str, files: Files, spec: Mapping[str, Any], variables: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the manifests: Secret and ConfigMaps if there is something for them, then the ComposeStack.

    `spec` is what else it says. `variables` are secrets that become `spec.env`. A single Compose file at the top of the
    project directory is `spec.compose`, unless containers see it. Raises ValueError for a file that is too large for
    the API.
    """
    rest = dict(files.contents)
    whole: dict[str, Any] = {}
    if len(files.compose) == 1 and "/" not in files.compose[0] and files.compose[0] not in files.mounted:
        whole["compose"] = rest.pop(files.compose[0]).decode()
    else:
        whole["composeFiles"] = list(files.compose)
    secret = {path: rest.pop(path) for path in sorted(files.secret & rest.keys())}
    text = {path: content.decode() for path, content in sorted(rest.items()) if _is_text(content)}
    if sum(map(len, text.values())) > INLINE:
        text = {path: content for path, content in text.items() if path in files.compose}
    others = {path: content for path, content in sorted(rest.items()) if path not in text}
    objects: list[dict[str, Any]] = []
    sources: list[dict[str, Any]] = []
    if secret or variables:
        made = _Bag(f"{name}-secrets", secret)
        data = made.data | {key: b64encode(value.encode()).decode() for key, value in variables.items()}
        objects.append({**_head("v1", "Secret", made.name), "type": "Opaque", "data": data})
        sources += [{"secret": made.source}] if secret else []
    for index, part in enumerate(_parts(others)):
        made = _Bag(f"{name}-files" + (f"-{index + 1}" if index else ""), part)
        objects.append({**_head("v1", "ConfigMap", made.name), "binaryData": made.data})
        sources.append({"configMap": made.source})
    whole |= {"files": text} if text else {}
    whole |= {"filesFrom": sources} if sources else {}
    refs = [{"name": key, "valueFrom": {"secretKeyRef": {"name": f"{name}-secrets", "key": key}}} for key in variables]
    env = [*spec.get("env", ()), *refs]
    stack = _head(API_VERSION, KIND, name)
    # Flux would replace ${VARIABLES} that are Compose's.
    stack["metadata"]["annotations"] = {"kustomize.toolkit.fluxcd.io/substitute": "disabled"}
    return [*objects, {**stack, "spec": {**whole, **spec, **({"env": env} if env else {})}}]


class _Bag:
    """Files as keys of an object, and the entry of `spec.filesFrom` that makes files of them again."""

    def __init__(self, name: str, contents: Mapping[str, bytes]) -> None:
        keys = dict(_keys(contents))
        self.name = name
        self.data = {keys[path]: b64encode(content).decode() for path, content in contents.items()}
        self.source = {"name": name, "items": [{"key": keys[path], "path": path} for path in contents]}


def _keys(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    used: set[str] = set()
    for path in paths:
        key = base = KEY.sub("_", path)
        number = 1
        while key in used:
            number += 1
            key = f"{base}_{number}"
        used.add(key)
        yield path, key


def _parts(contents: Mapping[str, bytes]) -> Iterator[Mapping[str, bytes]]:
    """Yield the files in parts that one ConfigMap can hold each."""
    part: dict[str, bytes] = {}
    for path, content in contents.items():
        if len(content) * 4 // 3 > LARGEST:
            raise ValueError(f"{path} has {len(content):,} bytes, more than a ConfigMap can hold")
        if (sum(map(len, part.values())) + len(content)) * 4 // 3 > LARGEST:
            yield part
            part = {}
        part[path] = content
    if part:
        yield part


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in content


def _head(api_version: str, kind: str, name: str) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}}
