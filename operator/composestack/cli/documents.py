"""YAML documents as they are printed."""

from __future__ import annotations

import re
from collections.abc import Iterable
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
