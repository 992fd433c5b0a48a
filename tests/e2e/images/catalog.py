"""The images that the tests run, by the name that a Compose file uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.e2e.images.debian import root
from tests.e2e.images.image import Image

SOURCES = Path(__file__).parent

WEB = "example.test/hits:1.0"
"""Our own program that counts visits, as a user would build it."""


def busybox() -> Image:
    """A shell and the usual small programs."""
    return Image("busybox:1.36", root=root(), command=["sh"])


def redis() -> Image:
    """Like the real one: a server that others may reach, unless the command is a program of its own."""
    start = (
        '#!/bin/sh\ncase "$1" in redis-server) shift; exec redis-server --protected-mode no "$@";; esac\nexec "$@"\n'
    )
    return Image(
        "redis:alpine",
        root=root("redis-server", "redis-tools"),
        files={"/usr/local/bin/docker-entrypoint.sh": start},
        owners={"/data": 999},
        entrypoint=["docker-entrypoint.sh"],
        command=["redis-server"],
        directory="/data",
    )


def nginx() -> Image:
    """Like the real one: serves /usr/share/nginx/html as /etc/nginx/conf.d says."""
    log = "user nginx nginx; error_log /dev/stderr; pid /tmp/nginx.pid; events {}"
    paths = "".join(f"{kind}_temp_path /tmp/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    http = f"http {{ access_log /dev/stdout; {paths} include /etc/nginx/conf.d/*.conf; }}"
    site = "server { listen 80; location / { root /usr/share/nginx/html; } }"
    return Image(
        "nginx:alpine",
        root=root("nginx"),
        files={
            "/etc/nginx/nginx.conf": f"{log} {http}\n",
            "/etc/nginx/conf.d/default.conf": f"{site}\n",
            "/usr/share/nginx/html/index.html": "Welcome to nginx!\n",
        },
        command=["nginx", "-g", "daemon off;"],
        stop_signal="SIGQUIT",
    )


def postgres() -> Image:
    """Like the real one: makes a database in an empty directory, and serves it."""
    return Image(
        "postgres:16-alpine",
        root=root("postgresql", "util-linux"),
        files={"/usr/local/bin/docker-entrypoint.sh": SOURCES / "postgres.sh"},
        owners={"/var/lib/postgresql/data": 70, "/var/run/postgresql": 70},
        entrypoint=["docker-entrypoint.sh"],
        command=["postgres"],
        environment={"PGDATA": "/var/lib/postgresql/data"},
        stop_signal="SIGINT",
    )


def web() -> Image:
    """The program of the README's example: Flask, counting visits in redis."""
    return Image(
        WEB,
        root=root("python3-flask", "python3-redis"),
        files={"/code/app.py": SOURCES / "hits.py"},
        command=["python3", "app.py"],
        directory="/code",
    )


def python() -> Image:
    """Like the real one: with pip and venv. Its version is that of Debian's package."""
    packages = root("python3", "python3-pip", "python3-venv", "python-is-python3")
    version = (packages / "usr" / "bin" / "python3").readlink().name.removeprefix("python")
    authorities = sorted((packages / "usr" / "share" / "ca-certificates" / "mozilla").glob("*.crt"))
    return Image(
        f"python:{version}-slim",
        root=packages,
        files={"/etc/ssl/certs/ca-certificates.crt": "".join(file.read_text() for file in authorities)},
        command=["python3"],
    )


CATALOG: Mapping[str, Callable[[], Image]] = {
    "busybox:1.36": busybox,
    "nginx:alpine": nginx,
    "postgres:16-alpine": postgres,
    "redis:alpine": redis,
    WEB: web,
}
