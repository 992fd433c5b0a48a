from __future__ import annotations

from pathlib import Path

import pytest

from composestack.directory import DirectoryOnDisk


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "nginx" / "conf.d").mkdir(parents=True)
    (root / "nginx" / "conf.d" / "a.conf").write_bytes(b"\x00a")
    (root / "nginx" / "b.conf").write_text("b")
    (root / "nginx-old.conf").write_text("old")
    (tmp_path / "outside.conf").write_text("outside")
    (root / "inside").symlink_to("nginx/b.conf")
    (root / "escape").symlink_to(tmp_path / "outside.conf")
    (root / "loop").symlink_to("loop")
    return root


def test_files_are_read_as_bytes(root: Path) -> None:
    directory = DirectoryOnDisk(root)

    assert directory.read("nginx/conf.d/a.conf") == b"\x00a"
    assert directory.read("./nginx/../inside") == b"b"


@pytest.mark.parametrize("path", ["nginx", "absent", "../outside.conf", "/etc/hostname", "escape", "loop", "loop/a"])
def test_what_is_no_file_inside_is_none(root: Path, path: str) -> None:
    assert DirectoryOnDisk(root).read(path) is None


def test_below_lists_all_files_of_a_directory_and_nothing_beside_it(root: Path) -> None:
    directory = DirectoryOnDisk(root)

    assert directory.below("nginx") == ["nginx/b.conf", "nginx/conf.d/a.conf"]
    assert "escape" not in directory.below(".")
    assert directory.below("..") == ()
    assert directory.below("absent") == ()


def test_a_path_outside_has_no_relative_path(root: Path) -> None:
    directory = DirectoryOnDisk(root)

    assert directory.relative(root / "nginx" / "b.conf") == "nginx/b.conf"
    assert directory.relative(root.parent / "outside.conf") is None
