"""nginx with a configuration of its own in front of an API: what most Compose files are about."""

from __future__ import annotations

from tests.e2e.running import Running

PROXY = "server { listen 80; location / { root /srv; } location /api/ { proxy_pass http://api:8000/; } }\n"
COMPOSE = """
services:
  proxy:
    image: nginx:alpine
    ports: ["8080:80"]
    depends_on: [api]
    volumes:
      - ./nginx/default.conf:/etc/nginx/conf.d/default.conf:ro
      - ./public:/srv:ro
  api:
    image: busybox:1.36
    command: ["sh", "-c", "mkdir /www; echo {} > /www/orders; exec httpd -f -p 8000 -h /www"]
"""


def test_a_proxy_serves_files_and_passes_on(stacks: Running) -> None:
    stacks.apply("shop", COMPOSE, files={"nginx/default.conf": PROXY, "public/index.html": "shop\n"})
    stacks.ready("shop")

    assert stacks.page("proxy") == "shop\n"
    assert stacks.page("proxy", "/api/orders") == "{}\n"


def test_a_changed_file_reaches_the_program(stacks: Running) -> None:
    files = {"nginx/default.conf": PROXY, "public/index.html": "old\n"}
    stacks.apply("shop", COMPOSE, files=files)
    stacks.ready("shop")

    stacks.apply("shop", COMPOSE, files={**files, "public/index.html": "new\n"})
    stacks.ready("shop")

    assert stacks.page("proxy") == "new\n"
