"""A patch that cannot be applied."""

from __future__ import annotations


class BadPatch(Exception):
    """What is wrong with a patch, what to do about it, and where in the patch: "[0].path"."""

    def __init__(self, message: str, remedy: str, place: str = "") -> None:
        self.message, self.remedy, self.place = message, remedy, place
        super().__init__(message)
