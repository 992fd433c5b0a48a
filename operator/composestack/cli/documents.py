"""YAML documents as they are printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from composestack.compose.scalars import resolve


def dump(documents: Iterable[Any], stream: Any, *, explicit_start: bool = True) -> None:
    """Write YAML documents as people write manifests: keys in their own order, no aliases, text in blocks."""
    yaml.dump_all(
        documents, stream, Dumper=_Dumper, sort_keys=False, explicit_start=explicit_start, width=120, allow_unicode=True
    )


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


NUMBER_LIKE = re.compile(r"[-+]?[0-9._]+([eE][-+]?[0-9]+)?|0[xXoO][0-9a-fA-F_]+|[yYnN]")
"""Text that PyYAML, which follows YAML 1.1, would leave plain, and kubectl would take for a number or a boolean."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else "'" if NUMBER_LIKE.fullmatch(text) or not isinstance(resolve(text), str) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def write_folder(manifests: Sequence[dict[str, Any]], folder: Path, *, kustomization: bool) -> None:
    """Write each object to a file of its own, `<name>-<kind>.yaml`, and perhaps a kustomization.yaml that lists all."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {f"{each['metadata']['name']}-{each['kind'].lower()}.yaml": each for each in manifests}
    for file, manifest in files.items():
        with (folder / file).open("w", encoding="utf-8") as stream:
            dump([manifest], stream, explicit_start=False)
    if kustomization:
        listed = {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "resources": sorted(files),
        }
        with (folder / "kustomization.yaml").open("w", encoding="utf-8") as stream:
            dump([listed], stream, explicit_start=False)
