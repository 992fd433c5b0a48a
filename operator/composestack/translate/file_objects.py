"""What secrets and configs hold, and the names of their objects: by content, so that a change rolls who uses them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from composestack.compose.model import Config, Secret
from composestack.translate.names import content_hash, dns_label, object_name, unique_dns_labels
from composestack.translate.project_files import project_path
from composestack.translate.scope import Scope

CONTENT = "content"
"""The key under which the object holds the content, so that any file name is legal in Compose."""


@dataclass(frozen=True, slots=True)
class FileContent:
    """One secret or config: the name of its object, the key there, and its content (None: not there, or `external`)."""

    name: str
    key: str
    content: bytes | None
    external: bool = False


def file_contents(
    elements: Mapping[str, Secret] | Mapping[str, Config], project: str, scope: Scope
) -> Mapping[str, FileContent]:
    """Return what each secret or config of a project holds. An external one is held in a key that has its own name."""
    labels = unique_dns_labels(elements)
    contents = {}
    for key, element in elements.items():
        own = element.name or key
        if element.external:
            contents[key] = FileContent(own, own, None, external=True)
            continue
        content = _content(element, scope)
        stem = (scope.stack, labels[key]) if own in {key, f"{project}_{key}"} else (dns_label(own),)
        suffix = content_hash({CONTENT: content or b""})
        contents[key] = FileContent(object_name(*stem, suffix=suffix), CONTENT, content)
    return contents


def _content(element: Secret | Config, scope: Scope) -> bytes | None:
    text = element.content
    if text is None and element.environment is not None:
        text = scope.variables.get(element.environment)
    if text is not None:
        return text.encode()
    path = project_path(element.file) if element.file else None
    return scope.directory.read(path) if path is not None else None
