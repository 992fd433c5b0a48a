"""Secrets and configs: the top-level definitions, and the grants by which a service gets them."""

from pydantic import Field

from composestack.compose.model.base import Bool, DriverOptions, Element, Labels, Mode, nothing


class Grant(Element):
    """A secret or config that a container gets as a file (`secrets[]` and `configs[]` of a service, `build.secrets[]`).

    A secret whose `target` is not written gets `/run/secrets/<source>`; a config keeps None, which means `/<source>`.
    `uid` and `gid` are strings as in the Compose Specification.
    """

    source: str | None = None
    target: str | None = None
    uid: str | None = None
    gid: str | None = None
    mode: Mode | None = None


class FileObject(Element):
    """What secrets and configs share.

    Exactly one of `file`, `environment`, `content` (of a config), `driver` (of a secret) and `external` is the source.
    `name` is always set: what was written, the key if `external`, else `<project>_<key>`.
    `file` is a path relative to the project directory unless paths were resolved.
    """

    name: str | None = None
    file: str | None = None
    environment: str | None = None
    external: Bool = False
    labels: Labels = Field(default_factory=nothing)
    template_driver: str | None = None


class Secret(FileObject):
    """A top-level secret. `content` is the value of the variable that `environment` names; no document says it."""

    content: str | None = None
    driver: str | None = None
    driver_opts: DriverOptions = Field(default_factory=nothing)


class Config(FileObject):
    """A top-level config. `content` is written inline, or the value of the variable that `environment` names."""

    content: str | None = None
