"""The objects behind secrets and configs."""

from __future__ import annotations

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Config, FileObject, Secret
from composestack.compose.problems import Notice
from composestack.translate import labels
from composestack.translate.annotations import from_labels
from composestack.translate.catalog import translates
from composestack.translate.contribution import Contribution
from composestack.translate.file_objects import FileContent
from composestack.translate.names import is_dns_subdomain
from composestack.translate.objects.base import with_annotations
from composestack.translate.objects.config_map import LIMIT, config_map, size
from composestack.translate.objects.secret import secret
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Declared, Stack


@translates(
    "secrets.*.file",
    "secrets.*.environment",
    "secrets.*.external",
    "secrets.*.name",
    "secrets.*.labels",
    considers=("secrets.*.content",),
    caveat="An external secret is an existing Secret whose key has the same name as the Secret.",
)
def secrets(declared: Declared[Secret], stack: Stack) -> Contribution:
    """A Secret named by its content; an external one is used and never touched."""
    content = stack.secrets[declared.key]
    path = f"secrets.{declared.key}"
    annotations = from_labels(declared.element.labels, f"{path}.labels")
    problems = [*_problems(path, declared.element, content), *annotations.problems]
    if content.external or content.content is None:
        return Contribution(notices=_expected(path, "Secret", content), problems=problems)
    common = labels.common(stack.name, declared.key, "secret")
    made = secret(content.name, common, {content.key: content.content})
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
    caveat="An external config is an existing ConfigMap whose key has the same name as the ConfigMap.",
)
def configs(declared: Declared[Config], stack: Stack) -> Contribution:
    """A ConfigMap named by its content; an external one is used and never touched."""
    content = stack.configs[declared.key]
    path = f"configs.{declared.key}"
    annotations = from_labels(declared.element.labels, f"{path}.labels")
    problems = [*_problems(path, declared.element, content), *annotations.problems]
    if content.external or content.content is None:
        return Contribution(notices=_expected(path, "ConfigMap", content), problems=problems)
    common = labels.common(stack.name, declared.key, "config")
    made = config_map(content.name, common, {content.key: content.content})
    return Contribution(
        objects=[with_annotations(made, annotations.values)], notices=annotations.notices, problems=problems
    )


def _expected(path: str, kind: str, content: FileContent) -> list[Notice]:
    """An object of Kubernetes has keys, an external secret of Compose is one value."""
    if not content.external:
        return []
    message = f"the {kind} {content.name} has to be there, with the value in the key {content.key}"
    return [Notice(f"{path}.external", NoticeCode.APPROXIMATED, message)]


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
