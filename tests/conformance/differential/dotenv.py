"""Environment files: lines of every form, and quotes of every kind."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from tests.conformance.differential import values as v

Files = st.SearchStrategy[dict[str, str]]


def is_named(text: str) -> bool:
    """Tell whether no line has a value without a name."""
    return not re.search(r"""(^(export)?|['"])\s*[=:]""", text, re.MULTILINE)


DOTENV_LINE = st.one_of(
    st.builds(
        "{}{}".format,
        st.sampled_from(["A=", "B=", "export C=", "D: ", "E = ", "F", "A ="]),
        v.texts(
            "1", "x", " ", "'", '"', "#", " #", "$A", "${B}", "${A:-y}", "\\n", "\\", "$$", "=", "é", "${WORD}", "\n"
        ),
    ),
    st.sampled_from(
        [
            "",
            "# c",
            "A=1",
            "B='a b'",
            'C="x${A}y"',
            "D=a # c",
            "E=",
            "F",
            "G='it\\'s'",
            'H="a\\tb"',
            'I="two\nlines"',
            "1A=x",
            "a.b=c",
            " J = 1 ",
            "A=2",
            "K=${UNSET-d}",
            "L=${A:+z}",
        ]
    ),
)
DOTENV = st.lists(DOTENV_LINE, max_size=5).map(lambda lines: "".join(f"{line}\n" for line in lines)).filter(is_named)
PLAIN_DOTENV = st.just("A=1\nB=${A}2\n")
ENV_FILES: Files = st.fixed_dictionaries(
    {"a.env": st.one_of(PLAIN_DOTENV, DOTENV), "b.env": st.one_of(PLAIN_DOTENV, DOTENV)}
)

PIECES = ("a", " ", "$A", "${B:-c}", "\\n", "\\", "\\$", "$$", "#", " #", "=", "'", '"', "\n", "é")
QUOTED = st.one_of(v.texts(*PIECES, most=6), v.literals("", "x y", "a#b", "a #b", "\\t", "${A}", "$", "${"))
QUOTED_LINE = st.builds(
    "{0}{1}{3}{2}{3}{4}\n".format,
    v.literals("A", "B", "export C", " D", "x.y", "é"),
    v.literals("=", ": ", " = ", "= "),
    QUOTED,
    v.literals("", "'", '"'),
    v.literals("", " ", " # c", " c", "#"),
)
QUOTED_LINES = st.lists(QUOTED_LINE, max_size=3).map("".join).filter(is_named)
