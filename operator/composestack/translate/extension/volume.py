"""`x-kubernetes` of a volume."""

from typing import Literal

from pydantic import Field

from composestack.translate.extension.settings import Settings


class VolumeSettings(Settings):
    """What its claim asks for, and what becomes of it when the stack is deleted."""

    access_modes: tuple[Literal["ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"], ...] = Field(
        default=(), max_length=1
    )
    reclaim: Literal["Retain", "Delete"] | None = None
    size: str | None = None
    storage_class: str | None = None
