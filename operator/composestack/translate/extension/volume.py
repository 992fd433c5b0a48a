"""`x-kubernetes` of a volume."""

from typing import Literal

from pydantic import Field

from composestack.translate.extension.selector import LabelSelector
from composestack.translate.extension.settings import Settings


class SourceSettings(Settings):
    """What a new claim begins with: a VolumeSnapshot or another claim of the namespace."""

    kind: Literal["PersistentVolumeClaim", "VolumeSnapshot"]
    name: str


class VolumeSettings(Settings):
    """What its claim asks for, and what becomes of it when the stack is deleted.

    `subPath` is where in the claim the volume begins. `copyUp`: where it is mounted, a new volume begins with what the
    image has there.
    """

    access_modes: tuple[Literal["ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"], ...] = Field(
        default=(), max_length=1
    )
    copy_up: bool | None = None
    data_source: SourceSettings | None = None
    reclaim: Literal["Retain", "Delete"] | None = None
    selector: LabelSelector | None = None
    size: str | None = None
    storage_class: str | None = None
    sub_path: str | None = None
