"""The objects behind secrets and configs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Config, FileObject, Secret
from composestack.compose.problems import Notice
from composestack.translate import labels
from composestack.translate.annotations import from_labels
from composestack.translate.catalog import translates
from composestack.translate.contribution import Contribution
from composestack.translate.extension.file_object import ConfigSettings, FileSettings, SecretSettings
from composestack.translate.file_objects import KEYS, FileContent
from composestack.translate.names import is_dns_subdomain, is_qualified_name
from composestack.translate.objects.base import with_annotations
from composestack.translate.objects.config_map import LIMIT, config_map, size
from composestack.translate.objects.secret import secret
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Declared, Stack

_KEY = re.compile(r"[-._a-zA-Z0-9]{1,253}")
_NOT_OF_ONE_KEY = {
    "bootstrap.kubernetes.io/token",
    "kubernetes.io/service-account-token",
    "kubernetes.io/tls",
}


@translates(
    "secrets.*.file",
    "secrets.*.environment",
    "secrets.*.external",
    "secrets.*.name",
    "secrets.*.labels",
    "secrets.*.x-kubernetes.externalSecret",
    "secrets.*.x-kubernetes.key",
    "secrets.*.x-kubernetes.type",
    considers=("secrets.*.content",),
    caveat="An external secret is an existing Secret with a key of its own name, or that of `key`.",
)
def secrets(declared: Declared[Secret], stack: Stack) -> Contribution:
    """A Secret named by its content; an external one is used and never touched."""
    content = stack.secrets[declared.key]
    path = f"secrets.{declared.key}"
    annotations = from_labels(declared.element.labels, f"{path}.labels")
    own = stack.extension(declared.element, SecretSettings)
    problems = [*_problems(path, declared.element, content), *annotations.problems]
    problems += [*_wrong_key(own, path), *_wrong_type(own, path, content)]
    if content.external or content.content is None:
        return Contribution(notices=_expected(path, "Secret", content, own), problems=problems)
    common = labels.common(stack.name, declared.key, "secret")
    made = secret(content.name, common, {content.key: content.content}, content.type)
    return Contribution(
        objects=[with_annotations(made, annotations.values)], notices=annotations.notices, problems=problems
    )


@translates(
    "configs.*.file",
    "configs.*.content",
    "configs.*.environment",
    "configs.*.external",
    "configs.*.name",
    "configs.*.labels",
    "configs.*.x-kubernetes.key",
    caveat="An external config is an existing ConfigMap with a key of its own name, or that of `key`.",
)
def configs(declared: Declared[Config], stack: Stack) -> Contribution:
    """A ConfigMap named by its content; an external one is used and never touched. What was a Secret stays one."""
    content = stack.configs[declared.key]
    path = f"configs.{declared.key}"
    annotations = from_labels(declared.element.labels, f"{path}.labels")
    own = stack.extension(declared.element, ConfigSettings)
    problems = [*_problems(path, declared.element, content), *_wrong_key(own, path), *annotations.problems]
    if content.external or content.content is None:
        return Contribution(notices=_expected(path, "ConfigMap", content, own), problems=problems)
    common = labels.common(stack.name, declared.key, "config")
    data = {content.key: content.content}
    made = secret(content.name, common, data) if content.confidential else config_map(content.name, common, data)
    return Contribution(
        objects=[with_annotations(made, annotations.values)], notices=annotations.notices, problems=problems
    )


def _expected(path: str, kind: str, content: FileContent, own: FileSettings) -> list[Notice]:
    """An object of Kubernetes has keys, an external secret is one value. Whoever names the key knows that."""
    if not content.external or own.key is not None:
        return []
    message = f"the {kind} {content.name} has to be there, with the value in the key {content.key}"
    return [Notice(f"{path}.external", NoticeCode.APPROXIMATED, message)]


def _wrong_key(own: FileSettings, path: str) -> Iterator[Refusal]:
    if own.key is not None and not _KEY.fullmatch(own.key):
        message = f"{own.key} is no key of an object"
        yield Refusal(f"{path}.x-kubernetes.key", message, "use letters, digits, dashes, underscores and dots")


def _wrong_type(own: SecretSettings, path: str, content: FileContent) -> Iterator[Refusal]:
    place = f"{path}.x-kubernetes"
    if own.external_secret is not None:
        message = "secrets are not fetched from elsewhere here"
        remedy = "let the External Secrets Operator make the Secret, and write external: true and key"
        yield Refusal(f"{place}.externalSecret", message, remedy)
    if own.type is None:
        return
    fixed = KEYS.get(own.type)
    if content.external:
        yield Refusal(f"{place}.type", "an external secret has its type already", "leave it out")
    elif own.type in _NOT_OF_ONE_KEY:
        message = f"a Secret of type {own.type} is not made of one value"
        yield Refusal(f"{place}.type", message, "create the Secret by other means and write external: true")
    elif not is_qualified_name(own.type):
        yield Refusal(f"{place}.type", f"{own.type} is no type of a Secret", "write it as example.com/type")
    elif fixed is not None and content.key != fixed:
        yield Refusal(f"{place}.key", f"a Secret of type {own.type} has the key {fixed}", "leave it out")


def _problems(path: str, element: FileObject, content: FileContent) -> list[Refusal]:
    if content.external:
        if is_dns_subdomain(content.name):
            return []
        return [Refusal(f"{path}.name", f"no object can be called {content.name}", "write the name of an existing one")]
    if content.content is None:
        if element.environment is not None:
            return [Refusal(f"{path}.environment", f"{element.environment} is not set", "set it in spec.env")]
        message = f"there is no file {element.file} in the project directory"
        return [Refusal(f"{path}.file", message, "add it to spec.files")]
    taken = size({content.key: content.content})
    if taken > LIMIT:
        return [Refusal(path, f"has {taken} bytes; an object holds at most {LIMIT}", "put it into a volume")]
    return []
