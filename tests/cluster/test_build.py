"""The build: cached by its sources, done once, and clear about what went wrong. Tried on a very small program."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cluster import build as module
from tests.cluster import toolchain
from tests.cluster.client import output

GO_MOD = """module example.com/small

go 1.26.0

// The version to stamp: k8s.io/kubernetes v1.37.2
"""
HELLO = 'package main\n\nfunc main() { print("hello") }\n'


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module of its own, and an empty cache."""
    directory = tmp_path / "sources"
    directory.mkdir()
    (directory / "go.mod").write_text(GO_MOD)
    (directory / "main.go").write_text(HELLO)
    for each in (module, toolchain):
        monkeypatch.setattr(each, "SOURCES", directory)
    monkeypatch.setenv("COMPOSESTACK_CACHE", str(tmp_path / "cache"))
    return directory


def test_of_several_builders_one_builds(sources: Path) -> None:
    said: list[str] = []
    with ThreadPoolExecutor(4) as pool:
        built = set(pool.map(lambda _: module.build(said.append), range(4)))

    (binary,) = built
    output([binary])
    assert sum(line.startswith("built ") for line in said) == 1
    assert [path.name for path in binary.parent.iterdir()] == ["kube"]


def test_who_waits_for_a_program_is_told_why(sources: Path) -> None:
    said: list[str] = []
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: module.built(sources, "small", report=said.append), range(2))

    output([one])
    assert one == other
    assert sum(line.startswith("building small") for line in said) == 1
    assert module.built(sources, "small", report=said.append) == one
    assert len(said) <= 2, "the second may have come when the first was done"


def test_what_is_built_is_found_again_and_other_sources_are_not(sources: Path) -> None:
    first = module.build(lambda _: None)
    said: list[str] = []
    assert module.build(said.append) == first
    assert said == []

    (sources / "main.go").write_text(HELLO.replace("hello", "other"))
    assert module.binary() != first


def test_a_failed_build_leaves_nothing_and_says_what_the_compiler_says(sources: Path) -> None:
    (sources / "main.go").write_text("package main\n\nfunc main() { nonsense() }\n")
    with pytest.raises(module.BuildFailed, match="undefined: nonsense"):
        module.build(lambda _: None)
    assert not module.binary().exists()


def test_the_version_is_stamped(sources: Path) -> None:
    assert module.flags()[-1].split() == [
        "-ldflags=-s",
        "-w",
        "-X=k8s.io/component-base/version.gitVersion=v1.37.2",
        "-X=k8s.io/component-base/version.gitMajor=1",
        "-X=k8s.io/component-base/version.gitMinor=37",
    ]
