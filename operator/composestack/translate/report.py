"""Reports every attribute that was written and is not translated, so that nothing is dropped in silence."""

from __future__ import annotations

from collections.abc import Mapping

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Element, Project
from composestack.compose.problems import Notice
from composestack.translate.refusal import Refusal
from composestack.translate.unsupported import UNSUPPORTED, Level, Unsupported


class _Node:
    """The table as a tree, so that only what can hold a row is looked at."""

    def __init__(self) -> None:
        self.row: Unsupported | None = None
        self.children: dict[str, _Node] = {}


def _tree(table: Mapping[str, Unsupported]) -> _Node:
    root = _Node()
    for path, row in table.items():
        node = root
        for segment in path.replace("[]", ".[]").split("."):
            node = node.children.setdefault(segment, _Node())
        node.row = row
    return root


_ROOT = _tree(UNSUPPORTED)


def unsupported(project: Project) -> tuple[list[Notice], list[Refusal]]:
    """Return a notice or a refusal for each written attribute that the table lists."""
    notices: list[Notice] = []
    refusals: list[Refusal] = []
    for path, row in _written(project, _ROOT, ""):
        if row.level is Level.REFUSED:
            refusals.append(Refusal(path, row.sentence, row.remedy))
        else:
            notices.append(Notice(path, NoticeCode.IGNORED, row.sentence))
    return notices, refusals


def _written(value: object, node: _Node, path: str) -> list[tuple[str, Unsupported]]:
    if node.row is not None:
        return [] if _is_empty(value) or value in node.row.harmless else [(path, node.row)]
    return [
        found for segment, child, inner in _steps(value, node) for found in _written(inner, child, _join(path, segment))
    ]


def _steps(value: object, node: _Node) -> list[tuple[str, _Node, object]]:
    """Return the next steps down both trees: segment of the path, row or branch of the table, value."""
    if isinstance(value, Element):
        fields, extensions = value.model_fields_set, value.extensions
        return [
            (name, child, extensions[name] if name in extensions else getattr(value, name))
            for name, child in node.children.items()
            if name in fields or name in extensions
        ]
    if isinstance(value, Mapping) and "*" in node.children:
        return [(str(key), node.children["*"], inner) for key, inner in value.items()]
    if isinstance(value, tuple) and "[]" in node.children:
        return [(f"[{index}]", node.children["[]"], inner) for index, inner in enumerate(value)]
    return []


def _is_empty(value: object) -> bool:
    if isinstance(value, Element):
        return not value.model_fields_set
    return value is None or value in ("", (), {}, [])


def _join(path: str, segment: str) -> str:
    return f"{path}{segment}" if segment.startswith("[") or not path else f"{path}.{segment}"
