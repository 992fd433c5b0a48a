"""How an image is built (`services.*.build`)."""

from collections.abc import Mapping

from pydantic import Field

from composestack.compose.model.base import (
    Bool,
    Element,
    Hosts,
    Labels,
    Switch,
    TextOrList,
    Variables,
    WholeSize,
    nothing,
)
from composestack.compose.model.file_object import Grant
from composestack.compose.model.resources import Ulimits


class Build(Element):
    """The build of an image.

    Loading fills in `context` (`.`) and `dockerfile` (`Dockerfile`, unless there is `dockerfile_inline`).
    `args` with the value None take their value from the environment of the build.
    `ssh` maps the id of a key to its path or to None.
    """

    additional_contexts: Labels = Field(default_factory=nothing)
    args: Variables = Field(default_factory=nothing)
    cache_from: tuple[str, ...] = ()
    cache_to: tuple[str, ...] = ()
    context: str | None = None
    dockerfile: str | None = None
    dockerfile_inline: str | None = None
    entitlements: tuple[str, ...] = ()
    extra_hosts: Hosts = Field(default_factory=nothing)
    isolation: str | None = None
    labels: Labels = Field(default_factory=nothing)
    network: str | None = None
    no_cache: Bool | None = None
    no_cache_filter: TextOrList = ()
    platforms: tuple[str, ...] = ()
    privileged: Bool | None = None
    provenance: Switch | None = None
    pull: Bool | None = None
    sbom: Switch | None = None
    secrets: tuple[Grant, ...] = ()
    shm_size: WholeSize | None = None
    ssh: Mapping[str, str | None] = Field(default_factory=nothing)
    tags: tuple[str, ...] = ()
    target: str | None = None
    ulimits: Ulimits = Field(default_factory=nothing)
