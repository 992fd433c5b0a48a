"""`x-kubernetes` of a mount."""

from __future__ import annotations

from typing import Literal

from composestack.translate.extension.settings import Settings


class MountSettings(Settings):
    """What stands behind a mount.

    `asVolume`: a volume that persists, empty at first, instead of files of the project or of the node.
    """

    as_volume: bool = False
    mount_propagation: Literal["None", "HostToContainer", "Bidirectional"] | None = None
