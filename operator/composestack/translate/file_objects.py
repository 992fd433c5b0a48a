"""What secrets and configs hold, and the names of their objects: by content, so that a change rolls who uses them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from composestack.compose.model import Config, Secret
from composestack.translate.extension.file_object import ConfigSettings, SecretSettings
from composestack.translate.extension.settings import settings_of
from composestack.translate.names import content_hash, dns_label, object_name, unique_dns_labels
from composestack.translate.project_files import project_path
from composestack.translate.scope import Scope

CONTENT = "content"
"""The key under which the object holds the content, so that any file name is legal in Compose."""

KEYS: Mapping[str, str] = {
    "kubernetes.io/dockercfg": ".dockercfg",
    "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
    "kubernetes.io/ssh-auth": "ssh-privatekey",
}
"""The key that a type of Secrets has to have (Kubernetes documentation, "Secrets", "Types of Secret")."""


class FileContent(NamedTuple):
    """One secret or config: the name of its object, the key there, and its content (None: not there, or `external`)."""

    name: str
    key: str
    content: bytes | None
    external: bool = False
    type: str | None = None
    """The type of the Secret, if it is not Opaque."""
    confidential: bool = False
    """Whether it is the content of a Secret, and so has to stay in one."""


def file_contents(
    elements: Mapping[str, Secret] | Mapping[str, Config], project: str, scope: Scope
) -> Mapping[str, FileContent]:
    """Return what each secret or config of a project holds.

    An external one is held in a key that has its own name, unless it says another one.
    """
    labels = unique_dns_labels(elements)
    contents = {}
    for key, element in elements.items():
        own, said = element.name or key, _said(element)
        if element.external:
            contents[key] = FileContent(
                own, said.key or own, None, external=True, confidential=isinstance(element, Secret)
            )
            continue
        content, held = _content(element, scope), said.key or KEYS.get(said.type or "", CONTENT)
        stem = (scope.stack, labels[key]) if own in {key, f"{project}_{key}"} else (dns_label(own),)
        typed = {"type": said.type.encode()} if said.type else {}
        suffix = content_hash({held: content or b"", **typed})
        name = object_name(*stem, suffix=suffix)
        contents[key] = FileContent(name, held, content, type=said.type, confidential=_is_confidential(element, scope))
    return contents


def _said(element: Secret | Config) -> SecretSettings:
    """Return the extension of a secret, or that of a config in its shape."""
    if isinstance(element, Secret):
        return settings_of(element, SecretSettings)
    return SecretSettings(key=settings_of(element, ConfigSettings).key)


def _is_confidential(element: Secret | Config, scope: Scope) -> bool:
    """Tell whether it is a secret, or a config with a file that came from a Secret."""
    if isinstance(element, Secret):
        return True
    path = project_path(element.file) if element.file else None
    return path is not None and scope.directory.confidential(path)


def _content(element: Secret | Config, scope: Scope) -> bytes | None:
    text = element.content
    if text is None and element.environment is not None:
        text = scope.variables.get(element.environment)
    if text is not None:
        return text.encode()
    path = project_path(element.file) if element.file else None
    return scope.directory.read(path) if path is not None else None
