"""ConfigMaps and Secrets that a stack takes files and variables from. Pure: what they contain is given.

Which of them wins, and what may be missing, is as in a pod (Kubernetes API reference: EnvVarSource, EnvFromSource,
KeyToPath).
"""

from __future__ import annotations

import posixpath
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from composestack.api.reasons import NoticeCode
from composestack.api.v1alpha1 import ComposeStackSpec, EnvFromSource, EnvVarSource, FilesFromSource, LocalObject
from composestack.compose.problems import InvalidCompose, Notice, Problem
from composestack.compose.source import ProjectFiles
from composestack.kinds import Ref
from composestack.translate.digest import fingerprint
from composestack.translate.plan import Manifest

KINDS_READ = ("ConfigMap", "Secret")

FIELDS = ("filesFrom", "env", "envFrom")
"""The fields of a spec that name sources."""

ABSENT = "absent"
"""The digest of an object that is not there."""

VARIABLE = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
"""Names that a pod takes from `envFrom` (k8s.io/apimachinery, pkg/util/validation, IsEnvVarName)."""

Found = Mapping[Ref, Manifest | None]
"""The sources as read; None for one that is not there."""

Selector = TypeVar("Selector", bound=LocalObject)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a stack is rendered from besides its spec: project directory, variables, and what to know about them."""

    directory: ProjectFiles
    variables: Mapping[str, str]
    notices: tuple[Notice, ...] = ()


class SourceNotFound(Exception):
    """Objects or keys are missing that need not be. Carries a sentence for each of them."""

    def __init__(self, missing: Iterable[str]) -> None:
        self.missing = tuple(missing)
        super().__init__("; ".join(self.missing))


def used(spec: Mapping[str, Any]) -> tuple[Ref, ...]:
    """Return the objects that a spec (as the API server has it) names as sources, sorted; none of one that is not
    valid (see reading.py).
    """
    named = {field: spec[field] for field in FIELDS if field in spec}
    if not named:
        return ()
    try:
        model = ComposeStackSpec.model_validate(named)
    except ValidationError:
        return ()
    values = (variable.value_from for variable in model.env or () if variable.value_from)
    pairs = (
        *((entry.config_map, entry.secret) for entry in model.files_from or ()),
        *((entry.config_map_ref, entry.secret_ref) for entry in model.env_from or ()),
        *((value.config_map_key_ref, value.secret_key_ref) for value in values),
    )
    return tuple(sorted({ref for config_map, secret in pairs for ref, _ in _named(config_map, secret)}))


def content_digest(source: Manifest | None) -> str:
    """Return the digest of what a ConfigMap or Secret contains."""
    if source is None:
        return ABSENT
    return fingerprint([source.get("data") or {}, source.get("binaryData") or {}])


def with_sources(revision: str, digests: Mapping[Ref, str]) -> str:
    """Return the revision of a spec together with its sources: that of the spec alone if it has none."""
    return (
        fingerprint([revision, sorted((str(ref), digest) for ref, digest in digests.items())]) if digests else revision
    )


def inputs(spec: ComposeStackSpec, found: Found) -> Inputs:
    """Put together the project directory and the variables of a stack.

    `found` has all that `used` names. Raises SourceNotFound with all that is missing, else InvalidCompose for values
    that cannot be variables and for paths that leave the project directory.
    """
    reading = _Reading(found)
    files = reading.files(spec)
    variables = reading.variables(spec)
    if reading.missing:
        raise SourceNotFound(reading.missing)
    if reading.problems:
        raise InvalidCompose(reading.problems)
    return Inputs(ProjectFiles.inside(files, reading.confidential), variables, tuple(reading.notices))


class _Reading:
    """One reading of all sources, with everything that is wrong with them."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self.missing: list[str] = []
        self.problems: list[Problem] = []
        self.notices: list[Notice] = []
        self.confidential: set[str] = set()
        """The paths of files that come from Secrets."""

    def files(self, spec: ComposeStackSpec) -> dict[str, bytes]:
        """Return all files by normalised path."""
        files: dict[str, bytes] = {}
        for index, entry in enumerate(spec.files_from or ()):
            found = dict(self._files(entry, f"spec.filesFrom[{index}]"))
            self.confidential -= found.keys()
            self.confidential |= found.keys() if entry.secret is not None else set()
            files |= found
        written = {posixpath.normpath(path): text.encode() for path, text in (spec.files or {}).items()}
        self.confidential -= written.keys()
        return files | written

    def variables(self, spec: ComposeStackSpec) -> dict[str, str]:
        """Return all variables. One whose optional source is missing stays as `envFrom` has it, or unset."""
        variables: dict[str, str] = {}
        for index, entry in enumerate(spec.env_from or ()):
            variables |= self._variables(entry, f"spec.envFrom[{index}]")
        for variable in spec.env or ():
            if variable.value_from is None:
                variables[variable.name] = variable.value or ""
            elif (value := self._value(variable.value_from, f"spec.env[{variable.name}]")) is not None:
                variables[variable.name] = value
        return variables

    def _files(self, entry: FilesFromSource, place: str) -> Iterator[tuple[str, bytes]]:
        for ref, source in _named(entry.config_map, entry.secret):
            content = self._content(ref, place, optional=source.optional)
            if source.items is None:
                paths = [(key, key) for key in content]
            else:
                paths = [(item.key, item.path) for item in source.items]
            for key, path in paths:
                if key in content:
                    yield posixpath.normpath(posixpath.join(source.prefix, path)), content[key]
                elif not source.optional:
                    self._lacks(ref, key, place)

    def _variables(self, entry: EnvFromSource, place: str) -> Iterator[tuple[str, str]]:
        for ref, source in _named(entry.config_map_ref, entry.secret_ref):
            for key, value in sorted(self._content(ref, place, optional=source.optional).items()):
                name, text = entry.prefix + key, _text(value)
                if not VARIABLE.fullmatch(name):
                    self._skip(place, f"{name!r} of {ref} cannot be the name of a variable; it is left out")
                elif text is None:
                    self._skip(place, f"{key!r} of {ref} is not text and cannot be a variable; it is left out")
                else:
                    yield name, text

    def _value(self, value_from: EnvVarSource, place: str) -> str | None:
        """Return the value of a variable, or None if it has none."""
        for ref, source in _named(value_from.config_map_key_ref, value_from.secret_key_ref):
            content = self._content(ref, place, optional=source.optional)
            if source.key not in content:
                if not source.optional:
                    self._lacks(ref, source.key, place)
                return None
            text = _text(content[source.key])
            if text is None:
                remedy = "cannot be a variable; make it a file with spec.filesFrom"
                self.problems.append(Problem("", 0, 0, place, f"{source.key!r} of {ref} is not text and {remedy}"))
            return text
        return None

    def _content(self, ref: Ref, place: str, *, optional: bool) -> Mapping[str, bytes]:
        source = self._found[ref]
        if source is None and not optional:
            self.missing.append(f"{place}: {ref} does not exist")
        return {} if source is None else _bytes(source)

    def _lacks(self, ref: Ref, key: str, place: str) -> None:
        if self._found[ref] is not None:
            self.missing.append(f"{place}: {ref} has no key {key!r}")

    def _skip(self, place: str, message: str) -> None:
        self.notices.append(Notice(place, NoticeCode.SKIPPED_KEY, message))


def _named(config_map: Selector | None, secret: Selector | None) -> Iterator[tuple[Ref, Selector]]:
    """Yield the object that an entry names. The API server has seen to it that it is exactly one."""
    if config_map is not None:
        yield Ref("ConfigMap", config_map.name), config_map
    if secret is not None:
        yield Ref("Secret", secret.name), secret


def _bytes(source: Manifest) -> Mapping[str, bytes]:
    """Return the values of a ConfigMap or Secret by key."""
    data, binary = source.get("data") or {}, source.get("binaryData") or {}
    if source["kind"] == "Secret":
        return {key: b64decode(value) for key, value in data.items()}
    return {key: b64decode(value) for key, value in binary.items()} | {
        key: value.encode() for key, value in data.items()
    }


def _text(value: bytes) -> str | None:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None
