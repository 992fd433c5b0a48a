"""Problems as they are found: a path and a sentence come in, positions are looked up in the document."""

from __future__ import annotations

from typing import Any, NoReturn

from composestack.compose.problems import InvalidCompose, Problem
from composestack.compose.tree import UNKNOWN, Map, Mark, Path, Seq, join


def find(document: Any, path: Path) -> Mark:
    """Return where the value at `path` was written, or else the nearest of its parents that is there."""
    node, found = document, UNKNOWN
    for part in path:
        mark = UNKNOWN
        if isinstance(node, Map) and isinstance(part, str):
            mark, node = node.mark(part), node.get(part)
        elif isinstance(node, Seq):
            index = part if isinstance(part, int) else _named(node, part)
            mark, node = node.mark(index), node[index] if index < len(node) else None
        if mark == UNKNOWN:
            break
        found = mark
    return found


def _named(items: Seq, name: str) -> int:
    """Return the index of the item that a list in the `name=value` form has for a name."""
    for index, item in enumerate(items):
        if isinstance(item, str) and item.split("=", 1)[0] == name:
            return index
    return len(items)


MAX_PROBLEMS = 1000
"""More than anybody reads; what comes after them is not looked at."""


class Report:
    """Collects the problems of a load. One value has one problem: the first, which is the one nearest to its cause."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._paths: set[Path] = set()
        self._parents: set[Path] = set()

    def is_full(self) -> bool:
        """Tell whether there are so many problems that no more are noted."""
        return len(self.problems) >= MAX_PROBLEMS

    def add(self, document: Any, path: Path, message: str, file: str = "", missing: tuple[str, ...] = ()) -> None:
        """Note a problem of the value at `path` in `document`, unless it, a parent or a part of it has one already.

        If the problem is a part of it that is `missing`, other parts may have their own.
        """
        if self.is_full():
            return
        cause = (*path, *missing)
        parents = [cause[:length] for length in range(1, len(cause))]
        if cause in self._paths or cause in self._parents or any(parent in self._paths for parent in parents):
            return
        self._paths.add(cause)
        self._parents.update(parents)
        where, line, column = find(document, path)
        self.problems.append(Problem(where or file, line, column, join(path), message))

    def note(self, problem: Problem, path: Path) -> None:
        """Note a problem that was found elsewhere; whatever else is wrong with the value at `path` does not count."""
        self.problems.append(problem)
        self._paths.add(path)
        self._parents.update(path[:length] for length in range(1, len(path)))

    def settle(self, document: Any, path: Path, message: str) -> None:
        """Note a problem as `add` does, unless there is one below `path`; nothing else below it counts any more."""
        self.add(document, path, message)
        self._paths.add(path)

    def fail(self, document: Any, path: Path, message: str) -> NoReturn:
        """Raise InvalidCompose, with all problems so far: the document exceeds a limit, and it is no use to go on."""
        where, line, column = find(document, path)
        raise InvalidCompose([*self.problems, Problem(where, line, column, join(path), message)])

    def include(self, error: InvalidCompose) -> None:
        """Note the problems of an error that was raised elsewhere."""
        self.problems.extend(error.problems)

    def check(self) -> None:
        """Raise InvalidCompose if there is any problem."""
        if self.problems:
            raise InvalidCompose(self.problems)
