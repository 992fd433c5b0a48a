from __future__ import annotations

from tests.unit.compose.application import project

STACK = """
    services:
      web:
        image: app
        networks: [n]
        volumes: ['vol:/v', {type: image, source: i, target: /i}]
        secrets: [s]
        configs: [c]
        models: [m]
        build: {secrets: [b]}
      off: {image: app, networks: [x], volumes: ['xx:/x'], secrets: [x], configs: [x], models: [x], profiles: [off]}
    networks: {n: , x: }
    volumes: {vol: , xx: , i: }
    secrets: {s: {file: f}, b: {file: f}, x: {file: f}}
    configs: {c: {file: f}, x: {file: f}}
    models: {m: {model: m}, x: {model: m}}
    """


def test_what_no_active_service_uses_is_gone() -> None:
    loaded = project(STACK)
    assert (set(loaded.networks), set(loaded.volumes)) == ({"n"}, {"vol"})
    assert (set(loaded.secrets), set(loaded.configs), set(loaded.models)) == ({"s", "b"}, {"c"}, {"m"})


def test_it_may_stay() -> None:
    loaded = project(STACK, keep_unused=True)
    assert set(loaded.volumes) == {"vol", "xx", "i"}


def test_what_only_a_step_uses_counts_where_it_is_asked_for() -> None:
    stack = """
        services: {web: {image: app, pre_start: [{image: fix, command: [ls], volumes: ['own:/own']}]}}
        volumes: {own: }
        """

    assert not project(stack).volumes
    assert project(stack, steps_count=True).volumes.keys() == {"own"}
