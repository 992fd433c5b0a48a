"""What holds for any text: parsers fail only as they say, take time in step with its length, read what they write."""

from __future__ import annotations

import contextlib
import json
import math
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composestack.compose import casts, dotenv, durations, scalars, sizes, words, yaml
from composestack.compose.interpolate import interpolate
from composestack.compose.problems import InvalidCompose
from composestack.compose.report import Report
from composestack.compose.template import InvalidForm, substitute
from composestack.compose.tree import Map, Seq

SIZE = 2**20
SECONDS = 1.0
INT64 = st.integers(-(2**63), 2**63 - 1)
VARIABLES = {"A": "a", "E": "", "L": "x" * 1000}


def compose(text: str | bytes) -> list[Map]:
    """Parse and interpolate, as a load does."""
    report = Report()
    documents = yaml.parse(text, "f")
    for document in documents:
        interpolate(document, VARIABLES, report)
    report.check()
    return documents


PARSERS: dict[str, Callable[[str], Any]] = {
    "yaml": compose,
    "template": lambda text: substitute(text, VARIABLES.get, lambda _: None),
    "dotenv": lambda text: dotenv.parse(text, "f", VARIABLES.get),
    "raw dotenv": lambda text: dotenv.parse_raw(text, "f", VARIABLES.get),
    "words": words.split,
    "durations": durations.parse,
    "sizes": sizes.parse,
    "plain scalar": scalars.resolve,
    "float scalar": lambda text: scalars.construct("!!float", text),
    "binary scalar": lambda text: scalars.construct("!!binary", text),
    "int": casts.to_int,
    "float": casts.to_float,
    "bool": casts.to_bool,
    "umask": casts.to_umask,
}

PIECES = st.sampled_from(
    [
        *"aA10.-+_ex:=#,[]{}()<>&*!|?%@`$~\\'\" \n\t\ré\0\x85\ufeff\ud800",
        *(
            "${",
            "${A",
            "${A:-",
            "${X-",
            "${E:?",
            "${A:+",
            "$$",
            "<<: ",
            "&a ",
            "*a ",
            "!reset ",
            "!override ",
            "!!int ",
        ),
        *("--- ", "- ", "export ", "s", "ms", "µs", "k", "Mi", "2024-01-02", ": ", "\n  "),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES).map("".join))


@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS)
@given(text=TEXTS)
def test_parsers_fail_only_as_they_say(parser: Callable[[str], Any], text: str) -> None:
    try:
        parser(text)
    except InvalidCompose as error:
        assert error.problems
        assert all(problem.message and problem.file == "f" for problem in error.problems)
    except ValueError as error:
        assert type(error) in {ValueError, InvalidForm}
        assert str(error)


@given(st.binary())
def test_bytes_fail_only_as_text_does(data: bytes) -> None:
    for parser in (compose, lambda data: dotenv.parse(data, "f", VARIABLES.get)):
        try:
            parser(data)
        except InvalidCompose as error:
            assert error.problems


HOSTILE = {
    "template": [
        *(
            "$",
            "$$",
            "$A",
            "${A}",
            "${A:-",
            "${X:-",
            "${X:-}",
            "${X:-}\n",
            "{${X:-}",
            "${X:-{",
            "${A:+${",
            "{",
            "}",
            "$L",
            "${L}",
        ),
        "${X:-" * 100_000 + "}" * 100_000,
        ("${X:-" * 90 + "x" * 9000 + "}" * 90) * 100,
        ("${X:-" * 90 + "x" * 9000 + "}" * 45) * 100,
        "${X:-}" * 80_000 + "x" * 500_000,
        "${X:-{}" * 70_000 + "x" * 500_000 + "}",
    ],
    "dotenv": [
        *(
            "A\n",
            "A=\n",
            "A=$A\n",
            "A B\n",
            "A=${\n",
            'A="\n',
            'A="x"',
            "'",
            '"',
            "\\",
            "\n",
            "#\n",
            " ",
            "export ",
            "A='\\",
            'A=" #\n',
        ),
        "A0=xxxxxxxxxx\n" + "".join(f"A{i + 1}=$A{i}$A{i}\n" for i in range(60)),
    ],
    "raw dotenv": ["A\n", "A=\n", "A B\n", "\n", "=", " "],
    "words": ["a", "a ", "'", '"', "`", "$(", "$(a)", ")", "\\", "|"],
    "durations": ["1", "1s", ".", "0"],
    "sizes": ["1", "1.", "0", "1e"],
    "plain scalar": ["1", "0", "1_", "0x1", "1.1", "1e1", "2024-01-02"],
    "float": ["1", "1.", "1e1"],
    "int": ["1", "-"],
    "yaml": [
        *(
            "[",
            "{",
            "- ",
            "? ",
            "[]",
            "a: ",
            "{a: ",
            "&a [",
            "&a a ",
            "*a ",
            "! ",
            "%TAG !a! b\n",
            "---\n",
            "#\n",
            "\n",
            " ",
            "'",
            '"',
        ),
        *(
            "- -1\n",
            "- 1.5\n",
            "- 2024-01-02\n",
            "- {a: b}\n",
            "- 1: 1\n",
            "- *a\n",
            "a: b\n",
            "a:\n - ",
            "- &a a\n- *a\n",
            "|\n",
            "é",
        ),
        "".join(f"%TAG !a{i}! b\n" for i in range(70_000)) + "---\na: 1\n",
        "".join(f"a{i}: !reset 1\n" for i in range(60_000)),
        "{a: " * 95 + "{" + "a: 1," * 90_000,
        "a0: &a0 {x: 1}\n" + "".join(f"a{i + 1}: &a{i + 1} {{k{i}: 1, <<: *a{i}}}\n" for i in range(20_000)),
        "a0: &a0 {x: 1}\n" + "".join(f"a{i + 1}: &a{i + 1} {{<<: [{f'*a{i},' * 9}]}}\n" for i in range(60)),
        "".join(f"x{i}: &x{i} {{}}\n" for i in range(20_000))
        + f"y: {{<<: [{','.join(f'*x{i}' for i in range(20_000))}]}}\n",
        f"a: &a '{'${X:-{' * 20_000 + '}' * 40_000}'\nb: [*a, *a, *a, *a]",
        "a: [" + "$L," * 90_000 + "]",
        "a: [" + "'${X?}'," * 90_000 + "]",
    ],
}


def filled(unit: str) -> str:
    """Repeat a short text until it has the largest size."""
    return unit * (SIZE // len(unit.encode()))


@pytest.mark.parametrize(("parser", "unit"), [(name, unit) for name, units in HOSTILE.items() for unit in units])
def test_no_text_holds_a_parser_for_long(parser: str, unit: str) -> None:
    text = filled(unit)
    begin = time.process_time()

    with contextlib.suppress(InvalidCompose, ValueError):
        PARSERS[parser](text)

    assert time.process_time() - begin < SECONDS


def test_the_hostile_texts_reach_the_parsers() -> None:
    assert all(
        SIZE // 2 < len(filled(unit).encode()) <= SIZE
        for units in HOSTILE.values()
        for unit in units
        if len(unit) < 100
    )


PRINTABLE = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | INT64 | st.floats(allow_nan=False, allow_infinity=False) | PRINTABLE,
    lambda children: st.lists(children, max_size=5) | st.dictionaries(PRINTABLE, children, max_size=5),
    max_leaves=30,
)


@given(st.dictionaries(PRINTABLE.filter(lambda key: key != "<<"), JSON, max_size=5))
def test_json_is_yaml(value: dict[str, Any]) -> None:
    (document,) = yaml.parse(json.dumps(value, ensure_ascii=False), "f")

    assert document == value == yaml.from_object(value, "f")
    assert marked(document)
    assert marked(yaml.from_object(value, "f"))


def marked(node: Any) -> bool:
    """Tell whether every key and item has its position."""
    if isinstance(node, Map):
        return node.keys() <= node.marks.keys() and all(map(marked, node.values()))
    return not isinstance(node, Seq) or (len(node.marks) == len(node) and all(map(marked, node)))


@given(TEXTS)
def test_documents_know_where_everything_is(text: str) -> None:
    with contextlib.suppress(InvalidCompose):
        assert all(map(marked, compose(text)))


@given(st.text())
def test_a_doubled_dollar_is_one(text: str) -> None:
    assert substitute(text.replace("$", "$$"), VARIABLES.get, lambda _: None) == text


@given(INT64)
def test_durations_are_read_as_written(nanoseconds: int) -> None:
    limited = max(nanoseconds, 1 - 2**63)

    assert durations.parse(durations.text(limited)) == limited


@given(INT64)
def test_sizes_are_read_as_written(size: int) -> None:
    assert sizes.parse(sizes.text(size)) == size


@given(st.floats())
def test_floats_are_read_as_written(value: float) -> None:
    written = scalars.go_float(value)

    assert math.isnan(value) if written == "NaN" else float(written) == value


@given(st.lists(st.text()))
def test_quoted_words_are_split_as_they_were(parts: list[str]) -> None:
    command = " ".join("'" + part.replace("'", "'\\''") + "'" for part in parts)

    assert words.split(command) == parts


@given(
    st.dictionaries(
        st.from_regex(r"[A-Za-z_][A-Za-z0-9_]*", fullmatch=True), st.text().filter(lambda value: "\\" not in value)
    )
)
def test_single_quoted_variables_are_literal(variables: dict[str, str]) -> None:
    text = "".join(f"{name}='{value.replace(chr(39), chr(92) + chr(39))}'\n" for name, value in variables.items())

    assert dotenv.parse(text, "f", lambda _: None) == variables
