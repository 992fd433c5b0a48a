from __future__ import annotations

import pytest

from composestack.compose.source import ProjectFiles
from composestack.translate.project_files import files_at, looks_like_file, project_path

DIRECTORY = ProjectFiles({"a.txt": b"a", "site/index.html": b"i", "site/img/logo.png": b"\xff"})


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("./a", "a"),
        (".", "."),
        ("./a/../b", "b"),
        ("site/", "site"),
        ("../a", None),
        ("./a/../../b", None),
        ("/a", None),
        ("~/a", None),
        ("C:\\a", None),
        ("", None),
    ],
)
def test_paths_inside_the_project(source: str, path: str | None) -> None:
    assert project_path(source) == path


def test_files_of_a_directory_by_relative_path() -> None:
    assert files_at(DIRECTORY, "site") == {"img/logo.png": b"\xff", "index.html": b"i"}
    assert set(files_at(DIRECTORY, ".")) == {"a.txt", "site/img/logo.png", "site/index.html"}


def test_one_file() -> None:
    assert files_at(DIRECTORY, "a.txt") == {"": b"a"}


def test_nothing() -> None:
    assert files_at(DIRECTORY, "sit") == {}


@pytest.mark.parametrize("path", ["./nginx.conf", "/etc/app.yaml", "a/.env", "./.env.local", "Caddyfile", "x.7z.tar"])
def test_what_looks_like_a_file(path: str) -> None:
    assert looks_like_file(path)


@pytest.mark.parametrize("path", ["./data", "/docker-entrypoint-initdb.d", "./.ssh", ".", "./v1.2", "/"])
def test_what_does_not(path: str) -> None:
    assert not looks_like_file(path)
