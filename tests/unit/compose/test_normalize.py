from __future__ import annotations

import pytest

from tests.unit.compose.application import project, service


def test_a_service_without_networks_joins_the_default_one() -> None:
    loaded = project(
        "services: {a: {image: x}, b: {image: x, networks: [n]}, c: {image: x, network_mode: host}}\nnetworks: {n: }"
    )
    assert [set(each.networks) for each in loaded.services.values()] == [{"default"}, {"n"}, set()]
    assert set(loaded.networks) == {"default", "n"}


def test_there_is_no_default_network_if_nobody_uses_it() -> None:
    assert set(project("services: {a: {image: x, networks: [n]}}\nnetworks: {n: }", keep_unused=True).networks) == {"n"}


@pytest.mark.parametrize(
    ("section", "reference"),
    [
        ("networks", "networks: [res]"),
        ("volumes", "volumes: ['res:/r']"),
        ("secrets", "secrets: [res]"),
        ("configs", "configs: [res]"),
    ],
)
def test_resources_have_names(section: str, reference: str) -> None:
    names = []
    for written in ("", "name: own", "external: true", "external: true, name: own"):
        source = "" if section in {"networks", "volumes"} or "external" in written else "file: ./f, "
        loaded = project(
            f"services: {{a: {{image: x, {reference}}}}}\n{section}: {{res: {{{source}{written}}}}}", name="shop"
        )
        names.append(getattr(loaded, section)["res"].name)
    assert names == ["shop_res", "own", "res", "own"]


def test_links_namespaces_and_mounts_of_others_are_dependencies() -> None:
    loaded = project("""
        services:
          a: {image: x, links: ['b:alias'], ipc: 'service:c', pid: 'service:d', volumes_from: ['e:ro', 'container:z']}
          b: {image: x}
          c: {image: x}
          d: {image: x}
          e: {image: x}
        """)
    assert {name: each.restart for name, each in loaded.services["a"].depends_on.items()} == {
        "b": True, "c": True, "d": True, "e": False,
    }  # fmt: skip
    assert "depends_on" not in loaded.services["a"].model_fields_set


def test_what_depends_on_says_wins_over_links() -> None:
    text = "links: [b, c], depends_on: {b: {condition: service_healthy}}}, b: {image: x}, c: {image: x"
    dependencies = service(text).depends_on
    assert (dependencies["b"].condition, dependencies["b"].restart) == ("service_healthy", False)
    assert (dependencies["c"].condition, dependencies["c"].restart) == ("service_started", True)


def test_links_win_over_mounts_of_the_same_service() -> None:
    assert service("links: [b], volumes_from: [b]}, b: {image: x").depends_on["b"].restart


def test_build_arguments_without_value_come_from_the_variables_or_not_at_all() -> None:
    web = service("build: {args: [A=1, B, C]}", variables={"B": "b"})
    assert web.build is not None
    assert web.build.args == {"A": "1", "B": "b"}


def test_an_inline_dockerfile_needs_no_other() -> None:
    web = service("build: {dockerfile_inline: FROM scratch}")
    assert web.build is not None
    assert web.build.dockerfile is None


def test_devices_without_count_are_all() -> None:
    devices = "[{capabilities: [gpu]}, {capabilities: [gpu], device_ids: ['0']}, {capabilities: [gpu], count: 2}]"
    web = service(f"gpus: all, deploy: {{resources: {{reservations: {{devices: {devices}}}}}}}")
    assert web.gpus[0].count == -1
    assert web.deploy is not None
    assert web.deploy.resources is not None
    assert web.deploy.resources.reservations is not None
    assert [each.count for each in web.deploy.resources.reservations.devices] == [-1, None, 2]


def test_values_of_secrets_and_configs_from_variables() -> None:
    loaded = project(
        "services: {a: {image: x, secrets: [s], configs: [c, d]}}\n"
        "secrets: {s: {environment: S}}\nconfigs: {c: {environment: C}, d: {content: text}}",
        variables={"S": "secret", "C": "config"},
    )
    assert loaded.secrets["s"].content == "secret"
    assert [each.content for each in loaded.configs.values()] == ["config", "text"]


def test_smaller_things() -> None:
    web = service("pull_policy: if_not_present, scale: 2, deploy: {}, volumes: [{type: tmpfs, target: /a/../b/}]")
    assert web.pull_policy == "missing"
    assert web.deploy is not None
    assert web.deploy.replicas == 2
    assert web.volumes[0].target == "/b"
    secret = project("services: {a: {image: x, secrets: [s]}}\nsecrets: {s: {file: f}}").services["a"].secrets[0]
    assert secret.target == "/run/secrets/s"
    assert project("services: {a: {image: x, models: [m]}}\nmodels: {m: {model: ai/x}}").models["m"].name == "m"
