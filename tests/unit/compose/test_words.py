from __future__ import annotations

import pytest

from composestack.compose.words import split


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("", []),
        ("a b\tc\nd", ["a", "b", "c", "d"]),
        ("echo 'a  b' \"c d\"", ["echo", "a  b", "c d"]),
        ("a'b'\"c\"d", ["abcd"]),
        ("''", [""]),
        ("a '' b", ["a", "", "b"]),
        (r"a\ b \"c\\", ["a b", '"c\\']),
        (r"'a\nb'", [r"a\nb"]),
        (r'"a\"b\nc" d\te', ['a"b\nc', "d\te"]),
        (r"$(a \n 'b') `\t`", [r"$(a \n 'b')", r"`\t`"]),
        ("a # b", ["a", "#", "b"]),
        ("ls *.txt", ["ls", "*.txt"]),
        ("echo $HOME ${X}", ["echo", "$HOME", "${X}"]),
        ("echo $(date +%s) `id -u`", ["echo", "$(date +%s)", "`id -u`"]),
        ('`a "b c" d`', ['`a "b c" d`']),
    ],
)
def test_words(command: str, words: list[str]) -> None:
    assert split(command) == words


@pytest.mark.parametrize("operator", ["&&", "||", ";", "|", "<", ">", "&"])
def test_the_command_ends_at_an_operator(operator: str) -> None:
    assert split(f"a b {operator} c 'd") == ["a", "b"]
    assert split(f"a 'b {operator} c'") == ["a", f"b {operator} c"]


def test_the_number_of_a_redirected_stream_is_no_word() -> None:
    assert split("run 2>/dev/null") == ["run"]
    assert split("run x>/dev/null") == ["run", "x"]
    assert split("run 2x>/dev/null") == ["run", "2x"]
    assert split("run '2'>/dev/null") == ["run", "2"]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("a 'b", "'"),
        ('a "b', '"'),
        ("a `b", "`"),
        ("a $(b", r"\$\("),
        ("a (b)", "parentheses"),
        ("a)", "parentheses"),
        ("$(a (b))", "parentheses"),
        ("$''(a)", "parentheses"),
        ("a\\", "backslash"),
    ],
)
def test_what_cannot_be_split(command: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        split(command)
