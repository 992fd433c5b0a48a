"""What all elements of the model have in common: immutable, closed against unknown attributes, strict about scalars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, Strict

Int = Annotated[int, Strict()]
Float = Annotated[float, Strict()]
Bool = Annotated[bool, Strict()]


class Element(BaseModel):
    """One mapping of the Compose document, in canonical long form.

    A scalar or nested element that was not written is None; a list is `()`, a mapping is empty. `model_fields_set` says
    what was written, after short syntax became long syntax; the docstrings name the few fields that loading fills in.
    Durations are int nanoseconds, sizes int bytes, file modes int, unless a docstring says otherwise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    extensions: Mapping[str, Any] = Field(default_factory=dict)
    """The `x-*` attributes of this mapping, by full name, as plain JSON-like values."""
