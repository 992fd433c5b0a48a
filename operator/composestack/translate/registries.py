"""Where images come from."""

from __future__ import annotations

import re
from collections.abc import Iterable

HUB = "docker.io"


def is_from(image: str, prefixes: Iterable[str]) -> bool:
    """Tell whether an image is from one of these registries, or from below one of these paths; without any, from all.

    Prefixes are written in full (`docker.io/library`, `ghcr.io/acme`), images also as short as Docker takes them.
    """
    if not (allowed := [prefix.rstrip("/") for prefix in prefixes]):
        return True
    name = in_full(image)
    return any(name == prefix or name.startswith(f"{prefix}/") for prefix in allowed)


def in_full(image: str) -> str:
    """Return the name of an image with its registry, without tag and digest, as Docker understands a short one."""
    name = re.sub(r"(?::[^/@]*)?(?:@.*)?$", "", image)
    first, slash, _ = name.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return name
    return f"{HUB}/{name}" if slash else f"{HUB}/library/{name}"
