from __future__ import annotations

import pytest

from composestack.compose.dotenv import MAX_VARIABLES, parse, parse_raw
from composestack.compose.problems import InvalidCompose


def read(text: str | bytes, **outside: str) -> dict[str, str]:
    return parse(text, ".env", outside.get)


def problems(text: str | bytes, raw: bool = False) -> list[tuple[int, str]]:
    with pytest.raises(InvalidCompose) as caught:
        (parse_raw if raw else parse)(text, ".env", lambda _: None)
    return [(problem.line, problem.message) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A=x", "x"),
        ("A=", ""),
        ("A = x ", "x"),
        ("A: x", "x"),
        ("export A=x", "x"),
        ("  A=x", "x"),
        ("A=x # comment", "x"),
        ("A=x#y", "x#y"),
        ("A= # y", "# y"),
        ('A={"k": "v"}', '{"k": "v"}'),
        ("A=x=y", "x=y"),
        (r"A=a\nb", r"a\nb"),
        ("A=x\r\n", "x"),
        ("\ufeffA=x", "x"),
    ],
)
def test_unquoted_values(text: str, value: str) -> None:
    assert read(text) == {"A": value}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"'a\nb $X ${X} \\'", r"a\nb $X ${X} \\"),
        (r"'it\'s'", "it's"),
        ("'a\nb' # comment", "a\nb"),
        ('"a\nb"', "a\nb"),
        (r'"\a\b\f\n\r\t\v\\"', "\a\b\f\n\r\t\v\\"),
        (r'"\"q\" \' \x41 \c"', r"""\"q\" \' \x41 \c""".replace(r"\"", '"')),
        (r'"\$A $$A"', "$A $A"),
        (r'"\0101\0377"', "Aÿ"),
        (r'"\012 \0400 \0777 \0089"', r"\12 \400 \777 \089"),
        ('" # no comment "', " # no comment "),
    ],
)
def test_quoted_values(text: str, value: str) -> None:
    assert read(f"A={text}\n") == {"A": value}


def test_a_statement_may_follow_a_quoted_value() -> None:
    assert read("A='x'B=y\nC=z") == {"A": "x", "B": "y", "C": "z"}


def test_comments_and_blank_lines() -> None:
    assert read("# a\n\n   # b=c\n\t\nA=x\n#") == {"A": "x"}


def test_a_name_alone_takes_its_value_from_outside() -> None:
    assert read("A\nB\nexport C\nD=\nE", A="a", C="c", D="d", E="e") == {"A": "a", "C": "c", "D": "", "E": "e"}


def test_a_value_without_a_name_is_skipped() -> None:
    assert read("=x\nA=1") == {"A": "1"}


def test_names() -> None:
    assert read("a.b-c_d[0]=1\nžluť=2") == {"a.b-c_d[0]": "1", "žluť": "2"}


def test_variables_come_from_outside_then_from_earlier_lines() -> None:
    text = "A=1\nB=$A-${X}\nC=\"$B ${D:-d}\"\nD='$A'\nA=${A}2"

    assert read(text, X="x") == {"A": "12", "B": "1-x", "C": "1-x d", "D": "$A"}
    assert read(text, X="x", A="9")["B"] == "9-x"


def test_earlier_files_come_last() -> None:
    text = "B=$A\nC=$X\nA=2\nD=$A"

    assert parse(text, ".env", {"X": "x"}.get, {"A": "1", "X": "y"}) == {"B": "1", "C": "x", "A": "2", "D": "2"}


def test_every_bad_line_is_reported() -> None:
    text = 'A B=1\n=x\nC%=1\nD=${\nE=fine\nF="${X:?say x}"\nG="open\nH=1\n'

    assert [(line, message.partition(";")[0]) for line, message in problems(text)] == [
        (1, "the name in line 1 has a space or another character that names do not have"),
        (3, "the name in line 3 has a space or another character that names do not have"),
        (4, "the value of D has a ${ that begins no variable"),
        (6, "F: required variable X is missing a value: say x"),
        (7, "the quoted value of G is unterminated"),
    ]


def test_messages_do_not_show_values() -> None:
    for line in ("A=pa${ssw ord", 'A="pa${ssw ord', "A='pa", "A B=password", "A%=password"):
        ((_, message),) = problems(line)
        assert "pa${" not in message
        assert "ssw" not in message


def test_text_must_be_utf_8() -> None:
    assert read("A=é".encode()) == {"A": "é"}
    assert problems(b"A=1\nB=\xff") == [(2, "the file is not UTF-8 text")]


def test_growth_is_limited() -> None:
    doubling = "A0=0123456789\n" + "".join(f"A{i + 1}=$A{i}$A{i}\n" for i in range(60))

    ((line, message),) = problems(doubling)
    assert (line, message.startswith("the file sets more than")) == (19, True)  # 10 × (2¹⁹ − 1) characters
    ((line, _),) = problems("A=\n" * (MAX_VARIABLES + 9))
    assert line == MAX_VARIABLES + 1


def test_raw_values_are_taken_as_they_are() -> None:
    text = "\ufeff# a\n\n  A='x' # y\r\nB=$A \nC\nD\nE="

    assert parse_raw(text, ".env", {"C": "c"}.get) == {"A": "'x' # y", "B": "$A ", "C": "c", "E": ""}


def test_raw_lines_begin_with_a_name() -> None:
    assert [line for line, _ in problems("A=1\n=x\nB C=1\nD =1\n", raw=True)] == [2, 3, 4]
