"""What becomes of each attribute of Compose, for people: the catalog, the table of what is not translated, and what
loading resolves, as one list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from inspect import cleandoc
from itertools import groupby

from composestack.translate.catalog import Catalog
from composestack.translate.comparison import by_kompose
from composestack.translate.expansion import AS_SERVICES
from composestack.translate.extension.places import is_native
from composestack.translate.policy import allowed_by
from composestack.translate.translators import CATALOG
from composestack.translate.unsupported import FRONT_END, UNSUPPORTED, Unsupported

TRANSLATED = "translated"
LOADED = "resolved when the application is loaded"
LIKE_SERVICE = "as of a service"

_NEAR = 5
_PIPE = r"\|"
_INDEX = re.compile(r"\[[^\]]*\]")
_HEADER = """\
# Support matrix

What becomes of each attribute of Compose. An attribute that is not in the list belongs to the nearest one above it.
`*` is any key, `[]` any item of a list. The same for one attribute: `composestack explain services.*.shm_size`.

- **translated**: applied. A remark says what differs from Docker.
- **ignored**: has no counterpart; the application runs without it, and a notice says so.
- **refused**: ignoring it would change what the application means or may do. Nothing is applied until it is gone.
- **as of a service**: what is below it and not in the list becomes what it becomes below `services.*`.
- **resolved when the application is loaded**: nothing of it is left to be translated.

The last column says in a few words what kompose 1.38 does with the attribute.

Written by `make generate`. Do not edit.
"""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One attribute: what becomes of it (`outcome`), how (`how`, "" if there is nothing to tell), what to mind
    (`remark`), and what kompose does with it.
    """

    path: str
    outcome: str
    how: str = ""
    remark: str = ""
    whole: bool = True
    """Whether it holds for everything below the path as well."""

    @property
    def kompose(self) -> str:
        """What kompose does with it, in a few words."""
        return by_kompose(self.path)


def explanations(catalog: Catalog = CATALOG) -> tuple[Explanation, ...]:
    """Return an explanation of each attribute, sorted by path."""
    return tuple(sorted(_explanations(catalog), key=lambda explanation: explanation.path))


def _explanations(catalog: Catalog) -> Iterator[Explanation]:
    for path, translator in catalog.by_path.items():
        how = " ".join(cleandoc(translator.function.__doc__ or "").split())
        yield Explanation(path, TRANSLATED, how, _allowed(path, translator.caveat or ""), whole=is_native(path))
    for path, row in UNSUPPORTED.items():
        yield Explanation(path, row.level, remark=_remark(row))
    for path in FRONT_END:
        yield Explanation(path, LOADED)
    for prefix in AS_SERVICES:
        yield Explanation(prefix.removesuffix("."), LIKE_SERVICE, whole=False)


def _allowed(path: str, remark: str) -> str:
    """Add to a remark which keys of the admin's policy are about the attribute."""
    keys = " and ".join(f"`policy.{key}`" for key in allowed_by(path))
    return " ".join(filter(None, [remark, f"What the admin allows: {keys}." if keys else ""]))


def _remark(row: Unsupported) -> str:
    sentences = [row.sentence] + ([f"instead: {row.remedy}"] if row.remedy else [])
    words = [f"`{value}`" for value in row.harmless if isinstance(value, str)]
    if words:
        sentences.append(f"{', '.join(words)} may stand there")
    return "; ".join(sentences)


def explain(attribute: str) -> tuple[Explanation, ...]:
    """Return what concerns an attribute: itself, what is below it, or the row above it that holds for it.

    It is written as a path (`services.*.shm_size`, `services.web.volumes[0].source`) or as the end of one (`shm_size`,
    `bind.propagation`). Empty if nothing is called so.
    """
    known = [(explanation, _segments(explanation.path)) for explanation in explanations()]
    asked = _of_service(_segments(attribute), [path for _, path in known])
    if not asked:
        return ()
    whole = tuple(each for each, path in known if len(asked) > 1 and _concerns(each, path, asked))
    return whole or tuple(
        each
        for each, path in known
        if any(name == asked[0] and _concerns(each, path[start:], asked) for start, name in enumerate(path))
    )


def _of_service(asked: tuple[str, ...], known: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return the path of the same attribute of a service, for one of a step or a job that has no place of its own."""
    for prefix in map(_segments, AS_SERVICES):
        if len(asked) > len(prefix) and _agree(prefix, asked):
            own = any(len(path) > len(prefix) and _agree(path, asked) for path in known)
            return asked if own else ("services", "*", *asked[len(prefix) :])
    return asked


def near(attribute: str) -> tuple[str, ...]:
    """Return the paths that an unknown attribute resembles, the best first."""
    paths = {explanation.path: _segments(explanation.path) for explanation in explanations()}
    last = next((name for name in reversed(_segments(attribute)) if name not in {"*", "[]"}), attribute)
    names = get_close_matches(last, sorted({name for path in paths.values() for name in path}), n=_NEAR)
    found = [_path(start) for start in _in_place(_segments(attribute), names, paths.values())]
    found += [path for name in names for path, segments in paths.items() if segments[-1] == name]
    found += [path for name in names for path, segments in paths.items() if name in segments]
    return tuple(dict.fromkeys(found))[:_NEAR]


def _in_place(asked: Sequence[str], names: Sequence[str], known: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    """Yield the beginnings of known paths that differ from what is asked in the last name alone."""
    length = len(asked)
    for path in known:
        if length > 1 and len(path) >= length and path[length - 1] in names and _agree(path[: length - 1], asked):
            yield path[:length]


def _path(segments: Sequence[str]) -> str:
    return ".".join(segments).replace(".[]", "[]")


def _segments(path: str) -> tuple[str, ...]:
    return tuple(segment for segment in _INDEX.sub(".[]", path.strip()).split(".") if segment)


def _concerns(explanation: Explanation, path: Sequence[str], asked: Sequence[str]) -> bool:
    """Tell whether two paths agree as far as both go. What is asked may lie below if the explanation holds there too,
    or if it is the key of a plain mapping, such as a variable in `environment`.
    """
    below = len(asked) - len(path)
    if below > 0 and not explanation.whole and (below > 1 or path[-1] in {"*", "[]"}):
        return False
    return _agree(path, asked)


def _agree(path: Sequence[str], asked: Sequence[str]) -> bool:
    """Tell whether two paths agree as far as both go."""
    return all(name in {other, "*"} or other == "*" for name, other in zip(path, asked, strict=False))


def as_text(shown: Iterable[Explanation]) -> str:
    """Return explanations as a terminal shows them: what holds for several attributes in a row is said once."""
    lines: list[str] = []
    for (outcome, *texts), together in groupby(shown, key=_said):
        lines += [f"{each.path}: {outcome}" for each in together]
        lines += [f"  {text}" for text in texts if text]
    return "\n".join(lines)


def as_markdown(shown: Iterable[Explanation]) -> str:
    """Return explanations as a page with one table for each section of the Compose document."""
    lines = [_HEADER.rstrip()]
    for section, rows in groupby(sorted(shown, key=_section), key=_section):
        lines += [
            "",
            f"## {section or 'The document'}",
            "",
            "| Attribute | What becomes of it | Remark | kompose |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| `{each.path}` | {each.outcome} | {each.remark.replace('|', _PIPE)} | {each.kompose} |" for each in rows
        ]
    return "\n".join(lines) + "\n"


def _said(explanation: Explanation) -> tuple[str, str, str, str]:
    kompose = f"kompose: {explanation.kompose}" if explanation.kompose else ""
    return explanation.outcome, explanation.how, explanation.remark, kompose


def _section(explanation: Explanation) -> str:
    section, dot, _ = explanation.path.partition(".")
    return section if dot else ""
