"""What the front end has to say to the user: problems (the input is wrong) and notices (the input works, but not as one
may think).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from composestack.api.reasons import NoticeCode


@dataclass(frozen=True, slots=True, order=True)
class Notice:
    """Something a user must know about an attribute that did not stop the stack.

    `path` is the attribute's path in the Compose document, such as `services.web.ports[0]`; `message` is one sentence.
    """

    path: str
    code: NoticeCode
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: where, what, and what to write instead. Lines and columns count from 1; 0: unknown."""

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return ": ".join(part for part in (place, self.path, self.message) if part)


class InvalidCompose(Exception):
    """The Compose application cannot be loaded. Carries every problem that was found, in the order of the source."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


MAX_PROBLEMS = 100
"""Where reading ends: nobody reads more of them, and a hostile text has a hundred thousand."""


class Problems(list[Problem]):
    """The problems of one file, as they are found."""

    def add(self, problem: Problem) -> None:
        """Note a problem; raises InvalidCompose where there are so many that it is no use to go on."""
        self.append(problem)
        if len(self) >= MAX_PROBLEMS:
            message = f"reading ended here, after {MAX_PROBLEMS} problems; there may be more"
            raise InvalidCompose([*self, Problem(problem.file, problem.line, problem.column, "", message)])

    def check(self) -> None:
        """Raise InvalidCompose if there is any problem."""
        if self:
            raise InvalidCompose(self)
