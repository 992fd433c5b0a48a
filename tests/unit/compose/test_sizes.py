from __future__ import annotations

import pytest

from composestack.compose.sizes import parse, text


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("0", 0),
        ("1024", 1024),
        ("-1", -1),
        ("2b", 2),
        ("1k", 1024),
        ("1kb", 1024),
        ("1KiB", 1024),
        ("512M", 512 * 2**20),
        ("1.5g", 3 * 2**29),
        (".5k", 512),
        ("5 m", 5 * 2**20),
        ("1T", 2**40),
        ("1PiB", 2**50),
        ("1e3", 1000),
        ("1.9", 1),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("8191p", 8191 * 2**50),
    ],
)
def test_sizes(written: str, size: int) -> None:
    assert parse(written) == size


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "not a size"),
        ("lots", "not a size"),
        ("512Mi", "write MiB"),
        ("1x", "no unit"),
        ("1  k", "no unit"),
        ("-1k", "not a size"),
        ("1.2.3", "no unit"),
        ("8192p", "too large"),
        ("9223372036854775808", "too large"),
        ("-9223372036854775809", "not a size"),
        ("1" * 201, "too long"),
    ],
)
def test_what_is_no_size(written: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse(written)


def test_compose_prints_bytes() -> None:
    assert text(parse("1m")) == "1048576"
