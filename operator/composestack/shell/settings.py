"""The operator's own settings: read once, from flags and environment, and never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator

from composestack.translate.policy import Policy

PREFIX = "COMPOSESTACK_"


class OperatorSettings(BaseModel):
    """How this operator runs. Each setting is also an environment variable: COMPOSESTACK_ and its name in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    namespaces: tuple[str, ...] = ()
    """The namespaces to serve; none means all. In the environment separated by commas."""

    kubeconfig: Path | None = None
    """The kubeconfig to use. Default: $KUBECONFIG, the pod's own account, ~/.kube/config."""

    context: str | None = None
    """The context of the kubeconfig. Default: its current one."""

    policy: Policy = Policy()
    """What stacks may do beyond the Pod Security Standard "baseline". In the environment a JSON object."""

    workers: int = Field(default=16, ge=1, le=256)
    """Stacks that are reconciled at the same time."""

    resync: float = Field(default=600.0, ge=10)
    """Seconds in which every stack is looked at once more, even if nothing happened. Where all is well: no call."""

    probe_address: str = ":8080"
    """Host (none: all) and port of the probes /healthz and /readyz; empty: no probes."""

    log_format: Literal["json", "text"] = "json"
    """How log lines look: for machines or for people."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least severe lines that are logged."""

    @field_validator("namespaces", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("policy", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        return json.loads(value or "{}") if isinstance(value, str) else value

    @field_validator("probe_address")
    @classmethod
    def _check(cls, value: str) -> str:
        _, colon, port = value.rpartition(":")
        if value and not (colon and port.isdecimal()):
            raise ValueError(f"{value!r} is not HOST:PORT")
        return value

    @classmethod
    def load(cls, environment: Mapping[str, str], **flags: Any) -> Self:
        """Read the settings. Flags that are given (not None, not empty) come before the environment.

        Variables COMPOSESTACK_… that are no settings are left alone: the kubelet adds some for a Service of that name.
        Raises pydantic.ValidationError.
        """
        names = {f"{PREFIX}{name.upper()}": name for name in cls.model_fields}
        variables = {names[name]: value for name, value in environment.items() if name in names}
        given = {name: value for name, value in flags.items() if value not in (None, ())}
        return cls.model_validate(variables | given)
