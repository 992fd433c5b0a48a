"""`x-kubernetes` of a mount."""

from __future__ import annotations

from typing import Literal

from composestack.translate.extension.settings import Settings


class MountSettings(Settings):
    """What stands behind a mount.

    `asVolume`: a volume that persists, empty at first, instead of files of the project or of the node. `copyUp`: a new
    volume begins with what the image has at its place.
    """

    as_volume: bool = False
    copy_up: bool | None = None
    mount_propagation: Literal["None", "HostToContainer", "Bidirectional"] | None = None
