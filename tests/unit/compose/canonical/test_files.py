from __future__ import annotations

from composestack.compose.canonical.files import env_file_key, env_files, inclusion
from composestack.compose.tree import UNKNOWN, Map, Seq

MARK = ("f", 1, 1)


def test_env_files() -> None:
    assert env_files("a", MARK) == [{"path": "a", "required": True}]
    listed = env_files(Seq(["a", Map([("path", "b")]), Map([("path", "c"), ("required", False)])], [MARK] * 3), UNKNOWN)
    assert [(file["path"], file["required"]) for file in listed] == [("a", True), ("b", True), ("c", False)]
    assert listed[0].mark("path") == MARK
    assert env_files(5, MARK) == 5
    assert env_file_key(listed[0]) == "a"


def test_inclusions() -> None:
    assert inclusion("a", MARK) == {"path": ["a"]}
    assert inclusion(Map([("path", "a"), ("env_file", "e")]), MARK) == {"path": ["a"], "env_file": ["e"]}
