"""Users and groups of the containers."""

from typing import Literal

from pydantic import Field

from composestack.translate.extension.settings import Settings

MAX_ID = 2_147_483_647
"""The largest number of a user or group that the API takes."""


class SecuritySettings(Settings):
    """Users and groups of the containers. Nothing here widens what they may do."""

    fs_group: int | None = Field(default=None, ge=0, le=MAX_ID)
    fs_group_change_policy: Literal["Always", "OnRootMismatch"] | None = None
    run_as_group: int | None = Field(default=None, ge=0, le=MAX_ID)
    run_as_non_root: bool | None = None
    run_as_user: int | None = Field(default=None, ge=0, le=MAX_ID)
