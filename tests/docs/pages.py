"""Reads what a page tells to type and to write.

A block of `sh` is run, unless the comment before it says why it cannot be: `<!-- not run: reason -->`. A block after
`<!-- file: name -->` is the content of that file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"(?:<!-- (?P<note>file|not run): (?P<text>[^>]+) -->\n)?^```(?P<language>[a-z]*)\n(?P<body>.*?)^```$", re.M | re.S
)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: `file` is the name of the file that it is, `why_not` why it is not run."""

    language: str
    body: str
    file: str = ""
    why_not: str = ""


def blocks(page: Path) -> Iterator[Block]:
    """Yield the blocks of a page in order."""
    for found in _BLOCK.finditer(page.read_text()):
        note, text = found["note"], (found["text"] or "").strip()
        yield Block(found["language"], found["body"], text if note == "file" else "", text if note == "not run" else "")


def script(page: Path) -> str:
    """Return what a reader does who follows the page, as one script."""
    lines = ["set -euo pipefail"]
    for block in blocks(page):
        if block.file:
            lines.append(f"cat > '{block.file}' <<'END-OF-FILE'\n{block.body}END-OF-FILE")
        elif block.language == "sh" and not block.why_not:
            lines.append(block.body)
    return "\n".join(lines)
