from __future__ import annotations

import pytest

from composestack.translate.local_driver import LocalVolume, export, local_volume


@pytest.mark.parametrize(
    ("options", "meant"),
    [
        ({}, None),
        ({"type": "none", "o": "bind", "device": "/srv"}, LocalVolume("bind", "/srv")),
        ({"o": "rbind,ro", "device": "./data"}, LocalVolume("bind", "./data", read_only=True)),
        ({"type": "tmpfs"}, LocalVolume("tmpfs")),
        ({"type": "tmpfs", "o": "size=1m,uid=5"}, LocalVolume("tmpfs", size=1024**2, lost=("uid",))),
        ({"type": "nfs", "o": "addr=a,rw", "device": ":/x"}, LocalVolume("nfs", "/x", "a")),
        (
            {"type": "nfs4", "o": "addr=a, ro ,soft,vers=4", "device": "/x"},
            LocalVolume("nfs", "/x", "a", read_only=True, lost=("soft", "vers")),
        ),
    ],
)
def test_options_make_a_volume_something_else(options: dict[str, str], meant: LocalVolume | None) -> None:
    assert local_volume(options) == meant


@pytest.mark.parametrize(
    "options",
    [
        {"type": "cifs", "o": "addr=a", "device": "//a/b"},
        {"type": "nfs", "device": ":/x"},
        {"type": "nfs", "o": "addr=a", "device": "x"},
        {"type": "none", "o": "bind"},
        {"type": "none", "device": "/srv"},
        {"type": "tmpfs", "o": "size=much"},
        {"size": "10"},
    ],
)
def test_what_is_not_understood_is_an_error_and_no_export(options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        local_volume(options)
    assert export(options) is None


def test_only_an_export_is_an_export() -> None:
    assert export({"type": "tmpfs"}) is None
    assert export({"type": "nfs", "o": "addr=a", "device": "/x"}) == LocalVolume("nfs", "/x", "a")
