from __future__ import annotations

from typing import Any

import pytest

from composestack.compose.canonical import mounts
from composestack.compose.canonical.expansion import Malformed
from composestack.compose.tree import UNKNOWN, Map


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/data", {"type": "volume", "target": "/data", "volume": {}}),
        ("/", {"type": "volume", "target": "/"}),
        ("/é", {"type": "volume", "target": "/é", "volume": {}}),
        ("data:/d", {"type": "volume", "source": "data", "target": "/d", "volume": {}}),
        (
            "data:/d:ro,nocopy",
            {"type": "volume", "source": "data", "target": "/d", "read_only": True, "volume": {"nocopy": True}},
        ),
        ("./a:/x/../y/", {"type": "bind", "source": "./a", "target": "/y", "bind": {}}),
        ("~:/h", {"type": "bind", "source": "~", "target": "/h", "bind": {}}),
        ("/a:/b:rw", {"type": "bind", "source": "/a", "target": "/b", "bind": {}}),
        (
            "/a:/b:z,rslave,cached",
            {"type": "bind", "source": "/a", "target": "/b", "bind": {"selinux": "z", "propagation": "rslave"}},
        ),
        ("C:\\x:D:\\y", {"type": "bind", "source": "C:\\x", "target": "D:\\y", "bind": {}}),
        ("d:/data", {"type": "volume", "target": "d:/data", "volume": {}}),
        ("${A:-${B:-/b}}/c:/d", {"type": "volume", "source": "${A:-${B:-/b}}/c", "target": "/d", "volume": {}}),
        ("./a$:/d", {"type": "bind", "source": "./a$", "target": "/d", "bind": {}}),
    ],
)
def test_short_volumes(text: str, expected: dict[str, Any]) -> None:
    assert mounts.volume(text, UNKNOWN) == expected


@pytest.mark.parametrize("text", ["", "./a:/b:ro:x", "./a::/b", ":/ab"])
def test_what_is_no_volume(text: str) -> None:
    with pytest.raises(Malformed):
        mounts.volume(text, UNKNOWN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/dev/a", ("/dev/a", "/dev/a", "rwm")),
        ("/dev/a:/dev/b", ("/dev/a", "/dev/b", "rwm")),
        ("/dev/a:/dev/b:r", ("/dev/a", "/dev/b", "r")),
    ],
)
def test_short_devices(text: str, expected: tuple[str, ...]) -> None:
    assert tuple(mounts.device(text, UNKNOWN).values()) == expected


def test_a_device_has_three_sections_at_most() -> None:
    with pytest.raises(Malformed):
        mounts.device("/a:/b:r:x", UNKNOWN)


def test_long_forms_stay() -> None:
    long = Map([("type", "bind")])
    assert mounts.volume(long, UNKNOWN) is long
    assert mounts.device(5, UNKNOWN) == 5


def test_grants_are_told_apart_by_target() -> None:
    short, long = mounts.grant("s", UNKNOWN), Map([("source", "other"), ("target", "/run/secrets/s")])
    assert mounts.secret_key(short) == mounts.secret_key(long)
    assert mounts.config_key(short) == "/s"
    assert mounts.target_key(Map([("target", Map())])) is None
