"""What translation refuses: attributes whose loss would change what an application means, or that the admin's policy
does not allow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from composestack.compose.tree import UNKNOWN, Mark


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """One attribute that cannot be applied: where, why, and what its author can do about it."""

    path: str
    message: str
    remedy: str
    place: Mark = UNKNOWN

    def __str__(self) -> str:
        file, line, column = self.place
        where = f"{file}:{line}:{column}: " if line else ""
        return f"{where}{self.path}: {self.message}; {self.remedy}"


class Refused(Exception):
    """The stack is not translated.

    Carries every refusal at once, sorted by path; nothing of this generation may be applied.
    """

    def __init__(self, problems: Iterable[Refusal]) -> None:
        self.problems: tuple[Refusal, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))

    def placed(self, place: Callable[[str], Mark]) -> Refused:
        """Return the same with where each attribute was written, as `place` finds it by the attribute's path."""
        return Refused(replace(problem, place=place(problem.path)) for problem in self.problems)
