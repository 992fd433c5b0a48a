from __future__ import annotations

import json

import pytest

from composestack.compose.show import document, show, single
from tests.unit.compose.application import project


def test_a_project_is_shown_as_docker_shows_it() -> None:
    shown = show(
        project(
            """
        x-own: {a: 1}
        services:
          web:
            image: app
            ports: ['8080:80']
            volumes: ['data:/d', './a:/a:ro']
            networks: {n: , m: {}}
            stop_grace_period: 90s
            mem_limit: 1k
            cpus: 0.1
            init: false
            tty: false
            ulimits: {a: 5, b: {soft: 1, hard: 2}, c: 0}
            secrets: [{source: s, mode: 0440}]
            extra_hosts: ['b=2', 'a=1']
            deploy: {}
        networks: {n: , m: }
        volumes: {data: }
        secrets: {s: {environment: S}}
        """,
            variables={"S": "hidden"},
        )
    )
    assert json.loads(json.dumps(shown)) == {
        "name": "project",
        "x-own": {"a": 1},
        "services": {
            "web": {
                "image": "app",
                "command": None,
                "entrypoint": None,
                "ports": [{"mode": "ingress", "protocol": "tcp", "published": "8080", "target": 80}],
                "volumes": [
                    {"type": "volume", "source": "data", "target": "/d", "volume": {}},
                    {"type": "bind", "source": "./a", "target": "/a", "read_only": True, "bind": {}},
                ],
                "networks": {"n": None, "m": {}},
                "stop_grace_period": "1m30s",
                "mem_limit": "1024",
                "cpus": 0.1,
                "init": False,
                "ulimits": {"a": 5, "b": {"soft": 1, "hard": 2}, "c": {}},
                "secrets": [{"source": "s", "target": "/run/secrets/s", "mode": "0440"}],
                "extra_hosts": ["a=1", "b=2"],
                "deploy": {"resources": {}, "placement": {}},
            }
        },
        "networks": {"n": {"name": "project_n", "ipam": {}}, "m": {"name": "project_m", "ipam": {}}},
        "volumes": {"data": {"name": "project_data"}},
        "secrets": {"s": {"name": "project_s", "environment": "S"}},
    }


def test_values_of_secrets_and_configs_from_variables_are_not_shown() -> None:
    text = "services: {web: {image: a, secrets: [s], configs: [c]}}\n"
    text += "secrets: {s: {environment: V}}\nconfigs: {c: {environment: V}}"
    assert "hidden" not in json.dumps(show(project(text, variables={"V": "hidden"})))


@pytest.mark.parametrize("value", [0.1, 0.5, 1.0, 2.25, 0.001, 1 / 3, 123456.7])
def test_single_precision_is_printed_shortly(value: float) -> None:
    shown = single(value)
    assert abs(shown - value) <= value * 1e-7
    assert len(repr(shown)) <= 12


def test_as_yaml_a_project_is_a_compose_document() -> None:
    written = document(
        project(
            """
        x-own: {a: 1}
        services:
          web:
            image: app
            x-team: {name: a}
            command: []
            ulimits: {a: 5, b: {soft: 1, hard: 2}, c: 0}
            blkio_config: {device_read_bps: [{path: /dev/a, rate: 1k}], weight_device: [{path: /dev/a}]}
            ports: [{target: 80, x-port: true}]
            models: {llm: , named: }
            deploy: {x-deploy: 1, resources: {}}
            post_start: [{command: [a]}]
            develop: {watch: [{path: ., action: rebuild, exec: {command: null}}]}
        networks: {default: {x-net: 2}}
        models: {llm: {model: m, x-model: 3}, named: {model: m, name: n}}
        """
        )
    )
    assert json.loads(json.dumps(written)) == {
        "name": "project",
        "x-own": {"a": 1},
        "services": {
            "web": {
                "image": "app",
                "x-team": {"name": "a"},
                "command": [],
                "ulimits": {"a": 5, "b": {"soft": 1, "hard": 2}, "c": {"soft": 0, "hard": 0}},
                "blkio_config": {
                    "device_read_bps": [{"path": "/dev/a", "rate": "1024"}],
                    "weight_device": [{"path": "/dev/a", "weight": 0}],
                },
                "networks": {"default": None},
                "ports": [{"target": 80, "mode": "ingress", "protocol": "tcp", "x-port": True}],
                "models": {"llm": None, "named": None},
                "deploy": {"x-deploy": 1},
                "post_start": [{"command": ["a"]}],
                "develop": {"watch": [{"path": ".", "action": "rebuild"}]},
            }
        },
        "networks": {"default": {"name": "project_default", "x-net": 2}},
        "models": {"llm": {"model": "m", "x-model": 3}, "named": {"model": "m", "name": "n"}},
    }
