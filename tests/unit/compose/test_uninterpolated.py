from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from composestack.compose.canonical.typed import plain
from composestack.compose.problems import InvalidCompose
from composestack.compose.uninterpolated import uninterpolated
from tests.unit.compose.application import source


def written(compose: str, variables: Mapping[str, str] | None = None, **options: Any) -> dict[str, Any]:
    document: dict[str, Any] = plain(uninterpolated(source(compose, name="shop", **options), variables or {}))
    return document


def web(attributes: str, **options: Any) -> dict[str, Any]:
    service: dict[str, Any] = written(f"services: {{web: {{{attributes}}}}}", **options)["services"]["web"]
    return service


def test_variables_stay_as_they_are_written() -> None:
    found = web("image: 'app:${TAG:?}', environment: {A: $A, B: }, scale: '${N:-2}'", variables={"A": "1", "B": "2"})

    assert (found["image"], found["environment"], found["scale"]) == ("app:${TAG:?}", {"A": "$A", "B": None}, "${N:-2}")


def test_short_forms_are_expanded_as_far_as_variables_allow() -> None:
    found = web("volumes: ['${DATA:-./data}:/d:ro', './x:/x/'], ports: ['${PORT}:80']")

    data, other = found["volumes"]
    assert data == {"type": "volume", "source": "${DATA:-./data}", "target": "/d", "volume": {}, "read_only": True}
    assert other == {"type": "bind", "source": "./x", "target": "/x", "bind": {"create_host_path": True}}
    assert found["ports"] == ["${PORT}:80"]


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("build: {target: x, sbom: true}", {"context": ".", "dockerfile": "Dockerfile", "target": "x", "sbom": "true"}),
        ("build: {dockerfile_inline: FROM a}", {"context": ".", "dockerfile_inline": "FROM a"}),
        ("gpus: [{driver: d}, {device_ids: [a]}]", [{"driver": "d", "count": "all"}, {"device_ids": ["a"]}]),
        ("ports: [{target: 80}]", [{"target": 80, "protocol": "tcp", "mode": "ingress"}]),
        ("secrets: [s]", [{"source": "s", "target": "/run/secrets/s"}]),
        (
            "depends_on: {db: {restart: true}}",
            {"db": {"restart": True, "condition": "service_started", "required": True}},
        ),
        ("pull_policy: if_not_present", "missing"),
        ("networks: {}", {"default": None}),
    ],
)
def test_defaults_are_filled_in(attribute: str, value: object) -> None:
    assert web(attribute)[attribute.partition(":")[0]] == value


@pytest.mark.parametrize("networks", ["${NETWORKS}", 5, ["front"]])
def test_networks_that_are_no_mapping_stay_as_they_are_written(networks: object) -> None:
    assert written(f"services: {{web: {{image: a}}}}\nnetworks: {networks!r}")["networks"] == networks


def test_dependencies_are_filled_in() -> None:
    found = web(
        "links: [db:d, cache], volumes_from: [db, files:ro, container:x], ipc: service:ipc, depends_on: [cache]"
    )

    assert {name: each.get("restart") for name, each in found["depends_on"].items()} == {
        "db": True,
        "files": False,
        "ipc": True,
        "cache": None,
    }


def test_networks_are_joined_unless_the_service_has_others_or_none() -> None:
    found = written("""
        version: '3'
        services: {a: {}, b: {network_mode: host}, c: {provider: {type: x}}, d: {networks: [n]}}
        networks: {n: {name: own}}
        volumes: {v: , w: {external: true}}
        """)

    assert [each.get("networks") for each in found["services"].values()] == [{"default": None}, None, None, {"n": None}]
    assert found["networks"] == {"n": {"name": "own"}, "default": {"name": "shop_default"}}
    assert found["volumes"] == {"v": {"name": "shop_v"}, "w": {"external": True, "name": "w"}}
    assert (found["name"], "version" in found) == ("shop", False)


def test_a_default_network_that_nobody_joins_is_not_there() -> None:
    assert "networks" not in written("services: {b: {network_mode: host}}")


def test_hooks_inherit() -> None:
    [hook] = web("image: app, secrets: [s], pre_start: [{command: '$RUN'}]")["pre_start"]

    assert hook["command"] == "$RUN"
    assert hook["image"] == "app"
    assert hook["secrets"] == [{"source": "s", "target": "/run/secrets/s"}]
    assert hook["networks"] == {"default": None}


def test_paths_are_absolute_below_a_root() -> None:
    found = web("build: {}, volumes: ['./x:/x']", root="/srv")

    assert (found["build"]["context"], found["volumes"][0]["source"]) == ("/srv", "/srv/x")


def test_files_that_cannot_be_put_together_are_an_error() -> None:
    with pytest.raises(InvalidCompose, match="is not in the project directory"):
        web("extends: {file: gone.yaml, service: a}")
