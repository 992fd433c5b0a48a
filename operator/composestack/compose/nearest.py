"""The name that somebody meant who wrote another one."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

MOST_NAMES, LONGEST_NAME = 100, 50
"""Beyond these, no name is looked for: each pair of names costs some microseconds, and there may be many problems."""


def nearest(name: str, names: Collection[str]) -> str:
    """Return a question after the nearest of some names, such as ` (did you mean web?)`; nothing if none is near."""
    if len(names) > MOST_NAMES or len(name) > LONGEST_NAME:
        return ""
    near = get_close_matches(name, sorted(names), 1)
    return f" (did you mean {near[0]}?)" if near else ""
