"""How long an application takes to parse and to load, beside PyYAML's C loader in the same run: `python -m bench.yaml`.

The ratios say more than the times, which depend on the machine and on what else it does.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import yaml

from composestack.compose.load import load
from composestack.compose.source import ComposeSource, ProjectFiles
from composestack.compose.yaml import parse

HEAD = """\
volumes: {data: }
services:
  db: {image: postgres}
"""
SERVICE = """\
  service-{0}:
    image: registry.example.com/team/service-{0}:1.2.{0}
    restart: unless-stopped
    command: ["serve", "--port", "8080"]
    environment:
      DATABASE_URL: postgres://user:password@db:5432/service_{0}
      LOG_LEVEL: info
      WORKERS: 4
      TRACING: "false"
    ports:
      - "{1}:8080"
    volumes:
      - data:/var/lib/service
      - ./config/{0}.yaml:/etc/service.yaml:ro
    depends_on:
      db: {{condition: service_healthy}}
    labels:
      com.example.team: core
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:8080/healthz"]
      interval: 30s
      retries: 3
    deploy:
      replicas: 2
      resources:
        limits: {{cpus: '0.5', memory: 256M}}
"""


def document(size: int) -> str:
    """Return an application in about so many bytes."""
    text, number = HEAD, 0
    while len(text) + len(service := SERVICE.format(number, 10_000 + number)) <= size:
        text += service
        number += 1
    return text


def milliseconds(run: Callable[[], object], repeat: int) -> float:
    """Return the shortest of some runs, in CPU time."""
    times = []
    for _ in range(repeat):
        begin = time.process_time()
        run()
        times.append(time.process_time() - begin)
    return min(times) * 1000


def main() -> None:
    for name, size, repeat in (("10 KB", 10_000, 100), ("1 MB", 1_000_000, 7)):
        text = document(size)
        source = ComposeSource(ProjectFiles.from_text({"compose.yaml": text}))
        parsing = milliseconds(partial(parse, text, "compose.yaml"), repeat)
        loading = milliseconds(partial(load, source, {}), repeat)
        theirs = milliseconds(partial(yaml.load, text, yaml.CSafeLoader), repeat)
        print(
            f"{name}: parse {parsing:.1f} ms ({parsing / theirs:.2f}), load {loading:.1f} ms ({loading / theirs:.2f}),"
            f" CSafeLoader {theirs:.1f} ms (1)"
        )


if __name__ == "__main__":
    main()
