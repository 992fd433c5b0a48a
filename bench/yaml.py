"""How long an application takes to parse and to load, beside PyYAML's C loader: `python -m bench.yaml`."""

from __future__ import annotations

from functools import partial

import yaml
from bench.timing import collected_as_in_a_process, milliseconds

from composestack.compose.load import load
from composestack.compose.source import ComposeSource, ProjectFiles
from composestack.compose.yaml import parse

HEAD = """\
volumes: {data: }
services:
  db: {image: postgres, healthcheck: {test: pg_isready}}
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

ROWS = ("parse", "load", "parse, GC as in a process", "load, GC as in a process")


def document(size: int) -> str:
    """Return an application in about so many bytes."""
    text, number = HEAD, 0
    while len(text) + len(service := SERVICE.format(number, 10_000 + number)) <= size:
        text += service
        number += 1
    return text


def main() -> None:
    for name, size, repeat in (("10 KB", 10_000, 100), ("1 MB", 1_000_000, 9)):
        text = document(size)
        source = ComposeSource(ProjectFiles.from_text({"compose.yaml": text}))
        parsing, loading = partial(parse, text, "compose.yaml"), partial(load, source, {})
        theirs, *ours = milliseconds([partial(yaml.load, text, yaml.CSafeLoader), parsing, loading], repeat)
        with collected_as_in_a_process():
            ours += milliseconds([parsing, loading], repeat)
        print(f"{name}: CSafeLoader {theirs:.1f} ms")
        for row, time in zip(
            ("parse", "load", "parse, GC as in a process", "load, GC as in a process"), ours, strict=True
        ):
            print(f"  {row:26} {time:6.1f} ms  {time / theirs:.2f}")


if __name__ == "__main__":
    main()
