from __future__ import annotations

import pytest

from composestack.compose.canonical.typed import plain
from composestack.compose.paths import Base, is_outside, is_remote, join, relative, relocated
from tests.unit.compose.application import problems, service, tree


@pytest.mark.parametrize(
    ("directory", "path", "expected"),
    [
        (".", "./a", "a"),
        ("sub", "../up", "up"),
        (".", "../x", "../x"),
        ("a", "/b", "/b"),
        ("a", "", "a"),
        ("a", "b//c/.", "a/b/c"),
    ],
)
def test_join(directory: str, path: str, expected: str) -> None:
    assert join(directory, path) == expected


@pytest.mark.parametrize(
    ("path", "start", "expected"),
    [
        ("sub", ".", "sub"),
        (".", ".", "."),
        (".", "sub", ".."),
        ("a/b", "a/c", "../b"),
        ("../x", ".", "../x"),
        ("/r/a", "/r", "a"),
    ],
)
def test_relative(path: str, start: str, expected: str) -> None:
    assert relative(path, start) == expected


def test_outside_and_remote() -> None:
    assert all(map(is_outside, ("..", "../a", "/a")))
    assert not any(map(is_outside, ("a", "..a", ".")))
    assert all(map(is_remote, ("https://a", "git@github.com:a/b", "github.com/a/b", "oci://a", "ssh://a")))
    assert not any(map(is_remote, ("a/b", "githubs/a", "./https")))


def test_home_is_known_only_if_it_is_said() -> None:
    assert Base("sub").path("~/a") == "~/a"
    assert Base("sub", "/home/u").path("~/a") == "/home/u/a"


def test_every_attribute_with_a_path_moves() -> None:
    document = tree("""
        services:
          web:
            build: {context: ./c, additional_contexts: {a: ./a, r: 'docker-image://x', s: 'service:b'}, ssh: [k=./key]}
            env_file: [e.env]
            label_file: l
            volumes: ['./d:/d', 'named:/n', '/abs:/a', 'C:\\x:/w', '~/h:/h']
            develop: {watch: [{path: ./src, action: rebuild}]}
            pre_start: [{env_file: h.env, volumes: ['./p:/p']}]
          remote: {build: 'https://github.com/a/b.git'}
        secrets: {s: {file: ./s}}
        configs: {c: {file: c}}
        volumes:
          named: {driver: local, driver_opts: {o: bind, device: ./data}}
          other: {driver: nfs, driver_opts: {o: bind, device: ./data}}
        """)
    moved = plain(relocated(document, Base("sub")))
    web = moved["services"]["web"]
    assert web["build"] == {
        "context": "sub/c",
        "additional_contexts": {"a": "sub/a", "r": "docker-image://x", "s": "service:b"},
        "ssh": {"k": "sub/key"},
    }
    assert (web["env_file"][0]["path"], web["label_file"]) == ("sub/e.env", ["sub/l"])
    assert [mount["source"] for mount in web["volumes"]] == ["sub/d", "named", "/abs", "C:\\x", "~/h"]
    assert web["develop"]["watch"][0]["path"] == "sub/src"
    assert web["pre_start"][0]["volumes"][0]["source"] == "sub/p"
    assert moved["services"]["remote"]["build"]["context"] == "https://github.com/a/b.git"
    assert (moved["secrets"]["s"]["file"], moved["configs"]["c"]["file"]) == ("sub/s", "sub/c")
    assert [each["driver_opts"]["device"] for each in moved["volumes"].values()] == ["sub/data", "./data"]


def test_moving_leaves_the_document_as_it_was() -> None:
    document = tree("services: {web: {volumes: ['./d:/d']}}")
    relocated(document, Base("sub"))
    assert document["services"]["web"]["volumes"][0]["source"] == "./d"


def test_paths_of_the_result_may_be_absolute() -> None:
    web = service("build: {target: t}, volumes: ['./a:/a']", root="/srv")
    assert web.build is not None
    assert (web.build.context, web.volumes[0].source) == ("/srv", "/srv/a")


def test_a_bind_mount_without_source_has_no_absolute_path() -> None:
    [found] = problems("services: {web: {image: a, volumes: [{type: bind, target: /a}]}}", root="/srv")
    assert found.path == "services.web.volumes[0]"
