"""Who writes nothing special hears nothing: a stack of plain attributes that are applied as Docker has them has no
notice.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from composestack.api.v1alpha1 import ComposeStackSpec
from composestack.compose.problems import Notice
from composestack.compose.source import ProjectFiles
from composestack.reconcile.render import render
from composestack.translate.policy import Policy

EXAMPLES = Path(__file__).parents[2] / "examples"
PLAIN = """
services:
  web:
    image: nginx:1.29
    entrypoint: [/entrypoint.sh]
    command: [serve, --verbose]
    working_dir: /srv
    user: "1000:1000"
    group_add: ["2000"]
    read_only: true
    tty: true
    stdin_open: true
    init: false
    restart: always
    hostname: front
    environment: {MODE: fast}
    labels: {com.example.team: shop}
    annotations: {example.com/note: plain}
    cap_drop: [ALL]
    cap_add: [NET_BIND_SERVICE]
    security_opt: ["no-new-privileges:true"]
    sysctls: {net.ipv4.tcp_syncookies: "1"}
    dns_search: [example.com]
    dns_opt: ["ndots:2"]
    extra_hosts: {other.example.com: 192.0.2.1}
    platform: linux/amd64
    pull_policy: always
    shm_size: 64m
    stop_grace_period: 20s
    tmpfs: [/run]
    cpus: 0.5
    mem_limit: 64m
    mem_reservation: 32m
    ports: ["8080:80"]
    expose: ["9000"]
    networks: {front: {aliases: [shop]}, back: }
    secrets: [token]
    configs: [{source: settings, target: /etc/settings.yaml, mode: 0444}]
    volumes: ["pages:/srv/pages:ro"]
    depends_on: {db: {condition: service_healthy, restart: true}}
    healthcheck: {test: [CMD, "true"], interval: 10s, timeout: 5s, retries: 3, start_period: 20s}
    deploy:
      replicas: 2
      labels: {com.example.tier: front}
      update_config: {order: start-first, parallelism: 1, delay: 5s}
      placement: {constraints: [node.labels.disk == ssd], preferences: [{spread: node.labels.zone}]}
  db:
    image: postgres:17
    volumes: ["data:/var/lib/postgresql/data"]
    networks: [back]
    healthcheck: {test: [CMD-SHELL, pg_isready], interval: 10s}
networks: {front: , back: {internal: true}}
volumes: {data: , pages: }
secrets: {token: {environment: TOKEN}}
configs: {settings: {content: "key: value"}}
"""


def notices(spec: ComposeStackSpec) -> list[Notice]:
    directory = ProjectFiles.from_text(spec.files or {})
    policy = Policy(rwx_storage_classes=("",))
    return list(render("shop", spec, directory, policy).notices)


def test_a_stack_of_plain_attributes_has_no_notice() -> None:
    spec = ComposeStackSpec.model_validate({"compose": PLAIN, "env": [{"name": "TOKEN", "value": "secret"}]})

    assert notices(spec) == []


TOLD = {
    "flask-redis": ["services.web.build"],
    "queue": ["services.worker"],
    "web-redis": ["services.web.build", "version"],
}
"""What the examples do hear: a service that declares no port, an image to be built, a version that is obsolete."""


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.yaml")), ids=lambda path: path.stem)
def test_examples_hear_what_concerns_them(path: Path) -> None:
    stacks = [each for each in yaml.safe_load_all(path.read_text()) if each and each["kind"] == "ComposeStack"]
    heard = [notice for stack in stacks for notice in notices(ComposeStackSpec.model_validate(stack["spec"]))]

    assert [notice.path for notice in heard] == TOLD.get(path.stem, [])
