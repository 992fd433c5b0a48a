"""How long Compose YAML takes to parse, beside PyYAML's C loader in the same run: `python -m bench.yaml`."""

from __future__ import annotations

import time
from collections.abc import Callable

from yaml import CSafeLoader, load

from composestack.compose.yaml import parse

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
      - data-{0}:/var/lib/service
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
    """Return a Compose file of about so many bytes."""
    services = [SERVICE.format(number, 10_000 + number) for number in range(size // 800 + 1)]
    text = "services:\n"
    for service in services:
        if len(text) + len(service) > size:
            break
        text += service
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
    for name, size, repeat in (("10 KB", 10_000, 100), ("1 MB", 1_000_000, 5)):
        text = document(size)
        ours = milliseconds(lambda text=text: parse(text, "compose.yaml"), repeat)
        theirs = milliseconds(lambda text=text: load(text, CSafeLoader), repeat)
        print(f"{name}: composestack {ours:.2f} ms, CSafeLoader {theirs:.2f} ms, ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
