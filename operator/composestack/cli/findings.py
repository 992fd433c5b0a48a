"""What is to be said about an application, in one form, whatever found it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from composestack import __version__
from composestack.compose.load import Loaded
from composestack.compose.problems import InvalidCompose, Notice, Problem
from composestack.translate.plan import Plan
from composestack.translate.refusal import Refused


class Level(StrEnum):
    """How bad it is."""

    INVALID = "invalid"
    """The Compose application cannot be loaded."""
    REFUSED = "refused"
    """It is valid, and this cannot or must not run on Kubernetes."""
    NOTICE = "notice"
    """It runs, and its author should know this."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say. `rule` is a short name for its kind; `place` has file and line as far as they are known."""

    level: Level
    rule: str
    place: Problem
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.place}; {self.remedy}" if self.remedy else str(self.place)

    def as_json(self) -> dict[str, Any]:
        """Return it as a mapping, without what is not known."""
        place = self.place
        fields = {
            "level": str(self.level),
            "rule": self.rule,
            "file": place.file,
            "line": place.line,
            "column": place.column,
            "path": place.path,
            "message": place.message,
            "remedy": self.remedy,
        }
        return {name: value for name, value in fields.items() if value}


def findings(load: Callable[[], Loaded], plan: Callable[[Loaded], Plan]) -> Sequence[Finding]:
    """Return all that is found when a plan is made: why there is none, and what to know about it."""
    try:
        loaded = load()
    except InvalidCompose as error:
        return [Finding(Level.INVALID, "InvalidCompose", problem) for problem in error.problems]
    refused: list[Finding] = []
    notices: Sequence[Notice] = loaded.notices
    try:
        notices = plan(loaded).notices
    except Refused as error:
        refused = [
            Finding(Level.REFUSED, "Refused", Problem(*each.place, each.path, each.message), each.remedy)
            for each in error.problems
        ]
    noticed = [
        Finding(Level.NOTICE, str(notice.code), Problem(*loaded.place(notice.path), notice.path, notice.message))
        for notice in notices
    ]
    return refused + noticed


_LEVELS = {Level.INVALID: "error", Level.REFUSED: "error", Level.NOTICE: "note"}


def sarif(found: Sequence[Finding], files: Sequence[str]) -> dict[str, Any]:
    """Return findings as a log of SARIF 2.1.0 (OASIS). What has no file is said of the first of `files`."""
    rules = sorted({finding.rule for finding in found})
    tool = {"name": "composestack", "version": __version__, "rules": [{"id": rule} for rule in rules]}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": tool}, "results": [_result(finding, files[0]) for finding in found]}],
    }


def _result(finding: Finding, file: str) -> dict[str, Any]:
    place = finding.place
    location: dict[str, Any] = {"artifactLocation": {"uri": place.file or file}}
    if place.line:
        location["region"] = {"startLine": place.line, "startColumn": max(place.column, 1)}
    said = ": ".join(filter(None, (place.path, place.message)))
    return {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.level],
        "message": {"text": f"{said}; {finding.remedy}" if finding.remedy else said},
        "locations": [{"physicalLocation": location}],
    }
