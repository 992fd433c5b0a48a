"""Things that are mounted: `volumes`, `devices`, `secrets`, `configs` (Compose Specification, "volumes", "secrets")."""

from __future__ import annotations

import posixpath
from functools import lru_cache
from typing import Any

from composestack.compose.canonical.expansion import Malformed, expand, scalar
from composestack.compose.tree import Map, Mark

PROPAGATIONS = frozenset({"rprivate", "private", "rshared", "shared", "rslave", "slave"})


def volume(value: Any, mark: Mark) -> Any:
    """Turn `[SOURCE:]TARGET[:OPTIONS]` into the long form, with a clean target path."""
    if not isinstance(value, str):
        return value
    source, target, options = _sections(value)
    if source is None:
        return expand({"type": "volume", "target": clean(target), "volume": None if _is_tiny(value) else Map()}, mark)
    kind = "bind" if is_path(source) else "volume"
    mount: dict[str, Any] = {"type": kind, "source": source, "target": clean(target), kind: Map()}
    for option in options:
        _apply(mount, option, mark)
    return expand(mount, mark)


def hook_volume(value: Any, mark: Mark) -> Any:
    """As `volume`. In a hook, Compose makes a missing source of the short form only."""
    mount = volume(value, mark)
    if isinstance(value, str) and isinstance(bind := mount.get("bind"), Map):
        mount["bind"] = expand({**bind, "create_host_path": True}, mark)
    return mount


def _sections(text: str) -> tuple[str | None, str, list[str]]:
    """Split at the colons that do not belong to a Windows drive."""
    if not text:
        raise Malformed("must not be empty; write it as SOURCE:TARGET")
    if _is_tiny(text):
        return None, text, []
    sections: list[str] = []
    for part in _parts(text) if "${" in text else text.split(":"):
        if sections and len(sections[-1]) == 1 and sections[-1].isalpha():
            sections[-1] += f":{part}"
        else:
            sections.append(part)
    if len(sections) > 3 or not all(sections):
        raise Malformed(f"{text!r} is not a mount; write it as SOURCE:TARGET or SOURCE:TARGET:ro")
    if len(sections) == 1:
        return None, sections[0], []
    return sections[0], sections[1], sections[2].split(",") if len(sections) == 3 else []


def _is_tiny(text: str) -> bool:
    """Tell whether a mount is too short for a colon between two names; Compose counts bytes."""
    return len(text) < 3 and len(text.encode()) < 3


def _parts(text: str) -> list[str]:
    """Split at the colons outside of `${…}`: a variable that is not replaced is part of a path."""
    parts, depth = [""], 0
    for index, character in enumerate(text):
        if text.startswith("${", index):
            depth += 1
        elif character == "}" and depth:
            depth -= 1
        if character == ":" and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def is_path(source: str) -> bool:
    """Tell a path (bind mount) from the name of a volume."""
    return source[0] in "./~" or source.startswith("\\\\") or (source[0].isalpha() and source[1:2] == ":")


def _apply(mount: dict[str, Any], option: str, mark: Mark) -> None:
    if option in {"ro", "rw"}:
        mount["read_only"] = True if option == "ro" else None
    elif option == "nocopy":
        mount["volume"] = expand({"nocopy": True}, mark)
    elif option in PROPAGATIONS or option in {"z", "Z"}:
        bind = mount.setdefault("bind", Map())
        bind["propagation" if option in PROPAGATIONS else "selinux"] = option


@lru_cache(maxsize=1024)  # loading asks twice for each mount
def clean(path: str) -> str:
    """Return a container path without `.`, `..`, doubled and trailing slashes."""
    normal = posixpath.normpath(path)
    return normal[1:] if normal.startswith("//") else normal


def device(value: Any, mark: Mark) -> Any:
    """Turn `SOURCE[:TARGET[:PERMISSIONS]]` into the long form."""
    if not isinstance(value, str):
        return value
    sections = value.split(":")
    if len(sections) > 3:
        raise Malformed(f"{value!r} has too many sections; write a mapping with source, target and permissions")
    source, target, permissions = (*sections, "", "")[:3]
    return expand({"source": source, "target": target or source, "permissions": permissions or "rwm"}, mark)


def grant(value: Any, mark: Mark) -> Any:
    """Turn the name of a secret or config into the long form."""
    return expand({"source": value}, mark) if isinstance(value, str) else value


def target_key(entry: Any) -> object:
    """Two mounts are the same if they have one target."""
    return scalar(entry.get("target")) if isinstance(entry, Map) else None


def secret_key(entry: Any) -> object:
    """Two secrets are the same if they have one target."""
    return scalar(entry.get("target", f"/run/secrets/{entry.get('source')}")) if isinstance(entry, Map) else None


def config_key(entry: Any) -> object:
    """Two configs are the same if they have one target."""
    return scalar(entry.get("target", f"/{entry.get('source')}")) if isinstance(entry, Map) else None
