"""A translator reads no attribute that it does not declare, so what the catalog says is what the code does.

Every translator is run on every golden stack, on elements that record what is read of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from composestack.compose.model import Element, Healthcheck, Mount, Project, Service
from composestack.translate.catalog import Translator, translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.extension.document import DocumentSettings
from composestack.translate.extension.settings import KEY, Settings, settings_of
from composestack.translate.scope import Scope
from composestack.translate.stack import Declared, Stack
from composestack.translate.translators import CATALOG
from tests.golden.cases import CASES, load_case

IDENTITY = {"services.*.name"}
"""The key of a service, which the model keeps in the element."""


class Recorder:
    """Stands in for an element of the project and writes down the path of each plain attribute that is read."""

    def __init__(self, element: Element | Settings, path: str, read: set[str]) -> None:
        self._element, self._path, self._read = element, path, read

    def __getattr__(self, name: str) -> Any:
        if name == "model_fields_set":  # tells what is written, not what it says
            return self._element.model_fields_set
        if name == "extensions" and isinstance(self._element, Element):  # read in the shape of its place, see `reads`
            return self._element.extensions
        field = type(self._element).model_fields.get(name)
        if field is None:
            raise AttributeError(f"{name} is no attribute of Compose")
        return self._watched(getattr(self._element, name), f"{self._path}.{field.alias or name}")

    def _watched(self, value: Any, path: str) -> Any:
        if isinstance(value, Element | Settings):
            return Recorder(value, path, self._read)
        if isinstance(value, tuple) and value and isinstance(value[0], Element | Settings):
            return tuple(Recorder(item, f"{path}[]", self._read) for item in value)
        if isinstance(value, Mapping) and value and isinstance(next(iter(value.values())), Element):
            return {key: Recorder(item, f"{path}.*", self._read) for key, item in value.items()}
        self._read.add(path)
        return value


def elements(project: Project) -> Iterator[tuple[str, str, Element]]:
    """Yield section, key and element of everything that has translators."""
    for section in ("services", "jobs", "networks", "volumes", "secrets", "configs"):
        for key, element in getattr(project, section).items():
            yield section, key, element


def reads(translator: Translator[Any], project: Project, scope: Scope) -> set[str]:
    """Return the paths of what a translator reads in a project."""
    read: set[str] = set()
    stack = Stack(project, scope)
    settings = {name: Recorder(own, "services.*.x-kubernetes", read) for name, own in stack.settings.items()}
    vars(stack)["settings"] = settings

    def extension(element: Any, kind: type[Settings]) -> Recorder:
        return Recorder(settings_of(element, kind), f"{vars(element)['_path']}.{KEY}", read)

    vars(stack)["extension"] = extension
    if translator.section == KEY:
        translator(Recorder(settings_of(project, DocumentSettings), KEY, read), stack)
    for section, key, element in elements(project):
        if section == translator.section:
            recorder = Recorder(element, f"{section}.*", read)
            translator(recorder if section == "services" else Declared(key, recorder), stack)
    return {path for path in read - IDENTITY if not is_container(path)}


def is_container(path: str) -> bool:
    """Tell whether a path only leads to attributes: whoever reads what is in it has to declare that."""
    return any(other.startswith((f"{path}.", f"{path}[]")) for other in CATALOG.by_path)


STACKS = [load_case(folder) for folder in CASES]


@pytest.mark.parametrize("translator", CATALOG.translators, ids=lambda translator: translator.name)
def test_a_translator_reads_only_what_it_declares(translator: Translator[Any]) -> None:
    read = {path for case in STACKS for path in reads(translator, case.project, case.scope)}

    assert read - {*translator.paths, *translator.considers} == set()


def test_the_golden_stacks_make_translators_read_what_they_declare() -> None:
    """An attribute that nobody reads is not translated, or has no golden stack.

    Exceptions are read through look-ups of the stack, or matter by being handled without a field.
    """
    read = {path for translator in CATALOG for case in STACKS for path in reads(translator, case.project, case.scope)}

    assert {path for path in CATALOG.by_path if not is_container(path)} - read - THROUGH_LOOK_UPS == set()


_DOCUMENT = ("isolation", "publish.externalTrafficPolicy", "resources.limits", "resources.requests", "storageClass")
_VOLUMES = ("accessModes", "copyUp", "dataSource", "reclaim", "selector", "size", "storageClass", "subPath")
THROUGH_LOOK_UPS = {
    *(f"jobs.*.triggers.schedule[].{name}" for name in ("cron", "missed_fires", "timezone")),
    "networks.*.external",
    "networks.*.internal",
    "models.*.model",
    "networks.*.name",
    "volumes.*.name",
    *(f"x-kubernetes.{name}" for name in _DOCUMENT),
    *(f"services.*.{name}" for name in ("x-internal-service-type", "x-pull-policy", "x-pull-secret")),
    "services.*.x-kubernetes.service.type",
    "services.*.x-kubernetes.workload",
    *(f"volumes.*.x-kubernetes.{name}" for name in _VOLUMES),
    *(
        f"{section}.*.{name}"
        for section in ("configs", "secrets")
        for name in ("environment", "external", "file", "name")
    ),
    "configs.*.content",
}


@translates("services.*.tty")
def _dishonest(service: Service, stack: Stack) -> Contribution:
    assert service.healthcheck is None or service.healthcheck.interval is None
    assert all(mount.target for mount in service.volumes)
    return NOTHING


def test_a_dishonest_translator_would_be_seen() -> None:
    service = Service(name="web", healthcheck=Healthcheck(), volumes=(Mount(type="tmpfs", target="/tmp"),))
    project = Project(name="shop", services={"web": service})

    read = reads(_dishonest, project, Scope(stack="shop"))

    assert read == {"services.*.healthcheck.interval", "services.*.volumes[].target"}
