"""Volumes: the top-level definitions, and the mounts of a service."""

from typing import Annotated, Literal

from pydantic import Field

from composestack.compose.model.base import Bool, Element, Labels, Options, TmpfsMode, WholeSize, nothing


class BindOptions(Element):
    """Options of a bind mount.

    `create_host_path` says whether a missing source becomes a directory; without these options it does not.
    """

    propagation: str | None = None
    create_host_path: Bool = True
    recursive: Literal["enabled", "disabled", "writable", "readonly"] | None = None
    selinux: Literal["z", "Z"] | None = None


class VolumeOptions(Element):
    """Options of a mount of type volume."""

    labels: Labels = Field(default_factory=nothing)
    nocopy: Bool | None = None
    subpath: str | None = None


class TmpfsOptions(Element):
    """Options of a mount of type tmpfs: `size` in bytes, `mode` as in chmod."""

    size: Annotated[WholeSize, Field(ge=0)] | None = None
    mode: TmpfsMode | None = None


class ImageOptions(Element):
    """Options of a mount of type image."""

    subpath: str | None = None


class Mount(Element):
    """One entry of `services.*.volumes`, in long form.

    `source` is a path (bind), the key of a top-level volume or None for an anonymous one (volume), or an image.
    `target` is an absolute path in the container, cleaned (no trailing slash).
    """

    type: Literal["bind", "volume", "tmpfs", "cluster", "npipe", "image"]
    source: str | None = None
    target: str | None = None
    read_only: Bool | None = None
    consistency: str | None = None
    bind: BindOptions | None = None
    volume: VolumeOptions | None = None
    tmpfs: TmpfsOptions | None = None
    image: ImageOptions | None = None


class Volume(Element):
    """A top-level volume. `name` is always set: what was written, the key if `external`, else `<project>_<key>`."""

    name: str | None = None
    driver: str | None = None
    driver_opts: Options = Field(default_factory=nothing)
    external: Bool = False
    labels: Labels = Field(default_factory=nothing)
