from __future__ import annotations

import pytest

from composestack.compose.casts import CASTS, Cast, to_bool, to_float, to_int, to_umask
from composestack.compose.patterns import Pattern


def cast_at(path: str) -> Cast | None:
    casts: Pattern[Cast] | None = CASTS
    for key in path.split("."):
        casts = casts and casts.child(key)
    return casts.rule if casts else None


@pytest.mark.parametrize(
    ("path", "cast"),
    [
        ("services.web.tty", to_bool),
        ("services.web.cpus", to_float),
        ("services.web.ulimits.nofile", to_int),
        ("services.web.ulimits.nofile.soft", to_int),
        ("services.web.ports.0.target", to_int),
        ("services.web.pre_start.0.umask", to_umask),
        ("services.web.depends_on.db.required", to_bool),
        ("jobs.seed.healthcheck.retries", to_int),
        ("networks.front.external", to_bool),
        ("services.web.image", None),
        ("services.web.ports.0.published", None),
        ("services.web.pre_start.0.tty", None),
        ("jobs.seed.deploy.replicas", None),
        ("x-anything.web.tty", None),
        ("services.web", None),
    ],
)
def test_the_attributes_that_are_cast(path: str, cast: Cast | None) -> None:
    assert cast_at(path) is cast


@pytest.mark.parametrize("word", ["true", "True", "y", "YES", "on"])
def test_words_for_true(word: str) -> None:
    assert to_bool(word) is True


@pytest.mark.parametrize("word", ["false", "FALSE", "n", "no", "Off"])
def test_words_for_false(word: str) -> None:
    assert to_bool(word) is False


def test_numbers() -> None:
    assert to_int("-007") == -7
    assert to_int("+5") == 5
    assert [to_int(limit) for limit in ("-9223372036854775808", "9223372036854775807")] == [-(2**63), 2**63 - 1]
    assert to_float("1.5e3") == 1500.0
    assert to_float(".5") == 0.5
    assert [to_umask(mask) for mask in ("022", "0o22", "22")] == [18, 18, 22]


@pytest.mark.parametrize(
    ("cast", "text", "reason"),
    [
        (to_bool, "1", "not a boolean"),
        (to_bool, "", "not a boolean"),
        (to_int, "1.0", "not an integer"),
        (to_int, "1_000", "not an integer"),
        (to_int, "9223372036854775808", "not an integer"),
        (to_int, "9" * 5000, "not an integer"),
        (to_float, "nan", "not a number"),
        (to_float, "1e999", "not a number"),
        (to_umask, "-1", "not a mask"),
        (to_umask, "08", "not a mask"),
        (to_umask, "4294967296", "not a mask"),
    ],
)
def test_what_cannot_be_cast(cast: Cast, text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        cast(text)
