"""A service: a workload that keeps running."""

from typing import Literal

from pydantic import Field

from composestack.compose.model.base import (
    Bool,
    ContainerName,
    Element,
    Int,
    MultiOptions,
    PlainBool,
    UniqueTexts,
    Variables,
    Words,
    nothing,
)
from composestack.compose.model.container import Container
from composestack.compose.model.deploy import Deploy
from composestack.compose.model.workload import Workload


class ServiceHook(Element):
    """A command that runs inside the container of a service (`post_start`, `pre_stop`, `develop.watch[].exec`)."""

    command: Words | None
    environment: Variables = Field(default_factory=nothing)
    privileged: Bool | None = None
    user: str | None = None
    working_dir: str | None = None


class PreStartHook(Container):
    """A container that runs to completion before the service starts. Loading lets it inherit from the service."""

    per_replica: Bool | None = None


class Provider(Element):
    """A service that is provided by something else than a container. A single option value is a tuple of one."""

    type: str
    options: MultiOptions = Field(default_factory=nothing)


class Watch(Element):
    """What happens when a file changes during development."""

    path: str
    action: Literal["rebuild", "sync", "restart", "sync+restart", "sync+exec"]
    target: str | None = None
    exec: ServiceHook | None = None
    ignore: UniqueTexts = ()
    include: UniqueTexts = ()
    initial_sync: PlainBool | None = None


class Develop(Element):
    """Settings for development on a workstation."""

    watch: tuple[Watch, ...] = ()


class Service(Workload):
    """One service of the project; `name` is its key. `extends` is resolved and gone."""

    name: str
    attach: Bool | None = None
    container_name: ContainerName | None = None
    deploy: Deploy | None = None
    develop: Develop | None = None
    external_links: UniqueTexts = ()
    links: UniqueTexts = ()
    post_start: tuple[ServiceHook, ...] = ()
    pre_start: tuple[PreStartHook, ...] = ()
    pre_stop: tuple[ServiceHook, ...] = ()
    profiles: UniqueTexts = ()
    provider: Provider | None = None
    restart: str | None = None
    scale: Int | None = None
