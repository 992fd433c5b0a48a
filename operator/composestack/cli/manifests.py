"""A ComposeStack in a file, perhaps with the ConfigMaps and Secrets that it takes files and variables from."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import click
import yaml
from pydantic import ValidationError

from composestack.api.v1alpha1 import GROUP, KIND, ComposeStackSpec
from composestack.kinds import Ref
from composestack.reconcile.sources import KINDS_READ, Inputs, inputs, used

_IS_STACK = re.compile(rb"^[\"']?kind[\"']?\s*:\s*[\"']?ComposeStack\b", re.MULTILINE)


class Stack(NamedTuple):
    """A ComposeStack and the other objects of its file. `namespace` is "" if it says none."""

    name: str
    namespace: str
    spec: ComposeStackSpec
    written: Mapping[str, Any]
    beside: Mapping[Ref, Mapping[str, Any]]

    def inputs(self) -> Inputs:
        """Return files and variables. Raises SourceNotFound and InvalidCompose."""
        return inputs(self.spec, {ref: self._as_read(ref) for ref in used(self.written)})

    def _as_read(self, ref: Ref) -> dict[str, Any] | None:
        found = self.beside.get(ref)
        if found is None:
            return None
        plain = {key: b64encode(str(text).encode()).decode() for key, text in (found.get("stringData") or {}).items()}
        return {**found, "data": {**(found.get("data") or {}), **plain}}


def stack_in(file: Path) -> Stack | None:
    """Return the ComposeStack in a file, None if it is something else. Raises UsageError for one that is not valid."""
    try:
        content = file.read_bytes()
    except OSError:
        return None  # whoever loads it says what is wrong
    if not _IS_STACK.search(content):
        return None
    try:
        documents = [each for each in yaml.safe_load_all(content) if isinstance(each, dict)]
    except yaml.YAMLError as error:
        raise click.UsageError(f"{file} is no YAML: {error}") from error
    stacks = [each for each in documents if each.get("kind") == KIND and _group(each) == GROUP]
    if len(stacks) != 1:
        raise click.UsageError(f"{file} holds {len(stacks)} ComposeStacks; write one to a file")
    written = stacks[0].get("spec") or {}
    try:
        spec = ComposeStackSpec.model_validate(written)
    except ValidationError as error:
        raise click.UsageError(f"{file}: {error}") from error
    beside = {Ref(each["kind"], _name(each)): each for each in documents if each.get("kind") in KINDS_READ}
    return Stack(_name(stacks[0]), _metadata(stacks[0], "namespace"), spec, written, beside)


def _group(document: Mapping[str, Any]) -> str:
    return str(document.get("apiVersion")).partition("/")[0]


def _name(document: Mapping[str, Any]) -> str:
    return _metadata(document, "name") or "stack"


def _metadata(document: Mapping[str, Any], key: str) -> str:
    return str((document.get("metadata") or {}).get(key) or "")
