"""What services and jobs share beyond their container (`workload_spec` of the Compose schema)."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from composestack.compose.model.base import (
    Bool,
    Digits,
    Duration,
    Element,
    Name,
    Retries,
    Test,
    Texts,
    Unsigned,
    nothing,
)
from composestack.compose.model.build import Build
from composestack.compose.model.container import Container


class Dependency(Element):
    """What must hold of another service before this one starts.

    Loading adds dependencies for `links`, `volumes_from` and `network_mode`, `ipc`, `pid: service:<name>`.
    """

    condition: Literal["service_started", "service_healthy", "service_completed_successfully"]
    required: Bool = True
    restart: Bool = False


class Healthcheck(Element):
    """How to find out whether a container is healthy. Durations are nanoseconds.

    `test` starts with `CMD`, `CMD-SHELL` or `NONE`; empty means that the image's own test is used.
    """

    test: Test = ()
    interval: Duration | None = None
    timeout: Duration | None = None
    retries: Retries | None = None
    start_period: Duration | None = None
    start_interval: Duration | None = None
    disable: Bool | None = None


class Port(Element):
    """One published port: ranges of the short syntax became one entry each.

    `published` is a string because it may be a range (`8000-8010`: any free one of them); None means any free port.
    `protocol` is lower case. Short syntax fills in `mode` and `protocol`.
    """

    target: Annotated[Unsigned, Field(lt=2**32)]
    published: Digits | None = None
    host_ip: str | None = None
    protocol: str = "tcp"
    mode: str = "ingress"
    name: str | None = None
    app_protocol: str | None = None


class Workload(Container):
    """A container with its build, dependencies, health and ports. `expose` holds ports or ranges, maybe with `/udp`."""

    build: Build | None = None
    depends_on: Mapping[Name, Dependency] = Field(default_factory=nothing)
    expose: Texts = ()
    healthcheck: Healthcheck | None = None
    ports: tuple[Port, ...] = ()
    stdin_open: Bool | None = None
    tty: Bool | None = None
