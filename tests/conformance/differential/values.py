"""Values of one attribute: scalars of every type in every notation, short forms, and variables in all of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.conformance.differential.written import Literal, Pairs, Plain

Value = st.SearchStrategy[Any]

VARIABLES = {
    "WORD": "web",
    "NUM": "3",
    "YES": "true",
    "SIZE": "64m",
    "TIME": "1m30s",
    "LIST": "a b  'c d'",
    "EMPTY": "",
    "DOLLAR": "a$b$$c",
    "PATHS": "./here:/there",
    "PORTS": "8000-8001:80-81",
}
"""What interpolation sees. UNSET and OTHER have no value."""


def texts(*pieces: str, most: int = 5) -> st.SearchStrategy[str]:
    """Texts that are put together from pieces."""
    return st.lists(st.sampled_from(pieces), max_size=most).map("".join)


def literals(*values: Any) -> Value:
    return st.sampled_from(values)


NAMES = st.sampled_from([*VARIABLES, "UNSET", "OTHER"])
OPERATORS = st.sampled_from([":-", "-", ":?", "?", ":+", "+"])
WORDS = texts("a", "web", " ", ":", "-", "/", "80", "é", "$$", "$", "=", ".")


def _braced(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds("${{{}{}{}}}".format, NAMES, OPERATORS, inner)


TEMPLATES = st.recursive(
    st.one_of(
        WORDS, NAMES.map("${{{}}}".format), NAMES.map("${}".format), literals("$1", "$(x)", "{", "}", "${", "$${A}")
    ),
    lambda inner: st.one_of(_braced(inner), st.lists(inner, max_size=3).map("".join)),
    max_leaves=5,
)
"""Texts with variables, well formed or not."""


def templated(value: str) -> st.SearchStrategy[str]:
    """The text itself, or a form that gives it."""
    forms = ["{}"] * 6 + [
        "${{UNSET:-{}}}",
        "${{EMPTY:-{}}}",
        "${{UNSET-{}}}",
        "${{WORD:+{}}}",
        "${{UNSET:-${{OTHER:-{}}}}}",
    ]
    return st.sampled_from(forms).map(lambda form: form.format(value))


def _written(value: Any) -> Value:
    return templated(value) if isinstance(value, str) and "$" not in value else st.just(value)


def scalars(*values: Any) -> Value:
    """Some of these values; strings also by way of variables."""
    return st.sampled_from(values).flatmap(_written)


def some(*frequent: Value, rare: Value) -> Value:
    """Mostly the former."""
    return st.integers(0, 9).flatmap(lambda dice: rare if dice == 9 else st.one_of(*frequent))


def lists(items: Value, least: int = 0, most: int = 3) -> Value:
    return st.lists(items, min_size=least, max_size=most)


def mappings(keys: Value, values: Value, most: int = 3) -> Value:
    return st.dictionaries(keys, values, max_size=most)


def records(required: dict[str, Value], optional: dict[str, Value], most: int = 4) -> Value:
    """Mappings with the required keys and some of the optional ones."""
    if not optional:
        return st.fixed_dictionaries(required)
    chosen = st.lists(st.sampled_from(sorted(optional)), unique=True, max_size=most)
    return chosen.flatmap(lambda keys: st.fixed_dictionaries(required | {key: optional[key] for key in keys}))


ODD = literals(
    None,
    True,
    1,
    0,
    -1,
    1.5,
    "",
    "x",
    "0",
    "-1",
    [],
    {},
    ["x"],
    {"a": "b"},
    {"x-a": 1},
    Plain("0o17"),
)
"""Values of types that most attributes do not take."""

BOOLEANS = some(
    literals(True, False, Plain("True"), Plain("FALSE")),
    scalars("true", "false", "True", "yes", "No", "on", "OFF", "y", "n", "1", "0"),
    rare=literals(
        "t", "YES", "yEs", "nope", "", " true", 1, 0, None, "${YES}", "${NUM}", "${UNSET}", Plain("yes"), Plain("off")
    ),
)
INTEGERS = some(
    literals(0, 1, 3, 100, Plain("017"), Plain("0x1F"), Plain("1_000")),
    scalars("0", "3", "42", "-1"),
    rare=literals(
        "0x10",
        "0o17",
        "017",
        "1_0",
        "3.0",
        " 3",
        "+3",
        "",
        "x",
        "99999999999999999999",
        2.0,
        2.5,
        -1,
        Plain("1e2"),
        "1e2",
        "${NUM}",
        "${NUM}0",
        "${UNSET}",
    ),
)
NUMBERS = some(
    literals(0, 1, 0.5, 1.25, 3, Plain(".5"), Plain("1e1")),
    scalars("0.5", "2", "1.75", "0"),
    rare=literals("1e1", ".5", "5.", "-1", -0.1, "", "x", "${NUM}", "${UNSET}", 1e10, 123456.789, Plain("0.1")),
)
SIZES = some(
    literals(0, 1024, 1048576, 123456789),
    scalars("64m", "1g", "512k", "100", "1.5g", "10MB", "1kb", "2GiB", "5 MB", "7b", "1tb"),
    rare=literals(
        "64M",
        "1Gi",
        "512Mi",
        "-1",
        -1,
        "",
        "0",
        "m",
        "1.5",
        ".5m",
        "1.m",
        "5  MB",
        "1pb",
        "1 b",
        " 1m",
        "1m ",
        "+1m",
        "1e3",
        "0x10",
        "1,5m",
        "${SIZE}",
        "${UNSET}",
        "${NUM}g",
    ),
)
DURATIONS = some(
    scalars("30s", "1m30s", "1h", "10ms", "1.5h", "500us", "0s", "1h2m3s", "1d", "2w", "100ns"),
    rare=literals(
        "10",
        "",
        "0",
        "-5s",
        "+5s",
        "1h-1m",
        "s",
        "1 s",
        "1d12h",
        "1.5d",
        ".5s",
        "1.s",
        "1µs",
        "1S",
        "99999999h",
        "1m1m",
        10,
        None,
        "${TIME}",
        "${UNSET}",
        "1y",
        "1.2345678901s",
    ),
)
NAMELIKE = scalars("web", "a.b", "x_y-z", "A1")
TEXT = some(
    scalars("web", "a b", "1", "true", "", " x ", "é", "a:b=c", "#x", "null", "~"),
    literals(
        Plain("plain"),
        Plain("1.10"),
        Plain("0b11"),
        Plain("12:30"),
        Plain("yes"),
        Literal("a\n  b $$c"),
        Plain("'it''s'"),
    ),
    rare=TEMPLATES,
)
ANY_SCALAR = st.one_of(
    TEXT,
    literals(None, True, False, 0, 1, -3, 1.5, 100000000.0, 1e-7, 2**63, -(2**63), 1e21, 123456.0, 1234567.0),
    literals(
        *map(
            Plain,
            (
                "1.10",
                "~",
                "0x1F",
                "017",
                "0o17",
                "089",
                "1_0",
                "+1",
                "-0",
                "1e3",
                ".5",
                "2024-01-02",
                "2024-01-02T03:04:05Z",
                "1:30",
                "<<x",
                "=",
                "1.",
                "0.0",
                "-0.0",
                "1e400",
                "00",
                "0x",
                "no",
                "NULL",
                "Null",
                "nUll",
                "!!str 12",
                "!!int '3'",
                "!!float 3",
                "! 3",
                "2024-01-02T03:04:05.6+02:00",
            ),
        )
    ),
    TEMPLATES,
)

ITEMS = st.one_of(
    texts("A", "B", "=", "1", " ", "x y", "$", "'", '"', "-", most=4),
    scalars("A=1", "B=2", "C", "A=", "x-y=1", "D=${WORD}"),
)
DICT_OR_LIST = st.one_of(
    mappings(literals("A", "B", "C", "a.b/c", "xy", "é", ""), ANY_SCALAR),
    lists(ITEMS),
    lists(scalars("A=1", "B=2", "C", "A=3", "C=a=b", "D=${NUM}")),
)
STRINGS = lists(some(scalars("a", "b", "c", "d e", ""), rare=ODD))
STRING_OR_LIST = st.one_of(scalars("a", "b c", ""), STRINGS)

COMMAND_TEXT = st.one_of(
    texts(
        "echo",
        "a",
        " ",
        "'",
        '"',
        "\\",
        "$$",
        "${WORD}",
        "&&",
        "|",
        ";",
        ">",
        "<",
        "#",
        "`",
        "(",
        ")",
        "$$(",
        "2",
        "t",
        "n",
        "\n",
        "\t",
        "é",
        "=",
        "*",
        "--x",
        "${LIST}",
        most=8,
    ),
    scalars("serve --port 80", "sh -c 'a b'", 'x "y z"', "a\\ b", "", " "),
)
COMMANDS = some(COMMAND_TEXT, lists(TEXT), lists(scalars("a", "b c", "$$x")), rare=ODD)


def repeated(mapping: dict[str, Any], key: str) -> Pairs:
    """The mapping with one key twice: an error."""
    return Pairs((*mapping.items(), (key, mapping[key])))
