"""Users and groups of the containers."""

from typing import Literal

from pydantic import Field

from composestack.translate.extension.native import Native
from composestack.translate.extension.settings import Settings

MAX_ID = 2_147_483_647
"""The largest number of a user or group that the API takes."""


class SeLinuxOptions(Native):
    """The SELinux label of the containers, as far as the Pod Security Standard "baseline" lets one choose it."""

    level: str | None = None
    type: Literal["container_t", "container_init_t", "container_kvm_t", "container_engine_t"] | None = None


class SecuritySettings(Settings):
    """Users and groups of the containers. Nothing here widens what they may do."""

    fs_group: int | None = Field(default=None, ge=0, le=MAX_ID)
    fs_group_change_policy: Literal["Always", "OnRootMismatch"] | None = None
    run_as_group: int | None = Field(default=None, ge=0, le=MAX_ID)
    run_as_non_root: bool | None = None
    run_as_user: int | None = Field(default=None, ge=0, le=MAX_ID)
    se_linux_options: SeLinuxOptions | None = None
    supplemental_groups_policy: Literal["Merge", "Strict"] | None = None
