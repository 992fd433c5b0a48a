"""The operator's own settings: read once, from flags and environment, and never changed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from composestack.api.v1alpha1 import OBJECT_NAME
from composestack.reconcile.accounts import Accounts, Choice
from composestack.translate.policies import Namespace, Policies
from composestack.translate.policy import Policy

PREFIX = "COMPOSESTACK_"

POD = {"POD_NAME": "identity", "POD_NAMESPACE": "lease_namespace"}
"""Variables by which a pod knows itself (Kubernetes docs, Downward API), and the settings that they are defaults of."""

_KEY, _VALUE = r"[-./\w]+", r"[-.\w]*"
_REQUIREMENT = rf"\s*(?:!?\s*{_KEY}|{_KEY}\s*(?:==?|!=|[<>])\s*{_VALUE}|{_KEY}\s+(?:not)?in\s*\([-.,\s\w]*\))\s*"
_SELECTOR = re.compile(rf"{_REQUIREMENT}(?:,{_REQUIREMENT})*", re.ASCII)


class OperatorSettings(BaseModel):
    """How this operator runs. Each setting is also an environment variable: COMPOSESTACK_ and its name in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    namespaces: tuple[str, ...] = ()
    """The namespaces to serve; none means all. In the environment separated by commas."""

    selector: str = ""
    """Serve the ComposeStacks with these labels only (Kubernetes docs, Label selectors). Default: all. Several
    operators can share the stacks if each of these has the labels of exactly one of them.
    """

    kubeconfig: Path | None = None
    """The kubeconfig to use. Default: $KUBECONFIG, the pod's own account, ~/.kube/config."""

    context: str | None = None
    """The context of the kubeconfig. Default: its current one."""

    policy: Policy = Policy()
    """What stacks may do beyond the Pod Security Standard "baseline". In the environment a JSON object."""

    namespace_policies: Mapping[Namespace, Policy] = Field(default_factory=dict)
    """Keys of the policy that are different in these namespaces, by namespace. In the environment a JSON object."""

    default_service_account: str = Field(default="", pattern=f"^$|{OBJECT_NAME}")
    """The ServiceAccount as which the objects of a stack are written, if it names none: of this name in each namespace.
    Default: the operator itself writes them.
    """

    service_accounts: Choice = Choice.OPTIONAL
    """Whether stacks may name an account (Optional), must if there is no default (Required), or what they name is
    ignored (Ignored). The operator needs the right to impersonate the accounts.
    """

    show_logs: bool = False
    """Whether status and Events of a stack show the last line that a crashed container wrote. It may hold a secret, and
    who may read stacks need not be allowed to read logs. The operator needs the right to read them.
    """

    workers: int = Field(default=16, ge=1, le=256)
    """Stacks that are reconciled at the same time."""

    resync: float = Field(default=600.0, ge=10)
    """Seconds in which every stack is looked at once more, even if nothing happened. Where all is well: no call."""

    leader_election: bool = False
    """Of all operators that share a Lease one works, and the others stand by."""

    lease_namespace: str = "default"
    """The namespace of the Lease. Default: $POD_NAMESPACE."""

    lease_name: str = ""
    """The name of the Lease. Default: `composestack`, and a digest of the namespaces and the selector if there are any:
    operators that serve different stacks do not wait for each other.
    """

    identity: str = ""
    """Who holds the Lease. No two live processes may have the same. Default: $POD_NAME, else a unique one."""

    lease_duration: int = Field(default=15, ge=1)
    """Seconds after which others take over from a leader that does not renew the Lease."""

    renew_deadline: float = Field(default=10.0, gt=0)
    """Seconds in which a leader must have renewed the Lease, or it ends."""

    retry_period: float = Field(default=2.0, gt=0)
    """Seconds between two renewals."""

    probe_address: str = ":8080"
    """Host (none: all) and port of the probes /healthz and /readyz, and of /metrics; empty: none of them."""

    log_format: Literal["json", "text"] = "json"
    """How log lines look: for machines or for people."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least severe lines that are logged."""

    @field_validator("namespaces", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("policy", "namespace_policies", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        return json.loads(value or "{}") if isinstance(value, str) else value

    @field_validator("selector")
    @classmethod
    def _select(cls, value: str) -> str:
        """Refuse what the API server would, as far as the form tells."""
        if value and not _SELECTOR.fullmatch(value):
            raise ValueError(f"{value!r} is no label selector, such as team=a,tier in (web,db)")
        return value

    @field_validator("probe_address")
    @classmethod
    def _check(cls, value: str) -> str:
        _, colon, port = value.rpartition(":")
        if value and not (colon and port.isdecimal() and int(port) < 65536):
            raise ValueError(f"{value!r} is not HOST:PORT")
        return value

    @model_validator(mode="after")
    def _order(self) -> Self:
        if not self.lease_duration > self.renew_deadline > 2 * self.retry_period:
            raise ValueError("lease_duration must exceed renew_deadline, and that twice the retry_period")
        return self

    @property
    def policies(self) -> Policies:
        """What stacks may do, by namespace."""
        return Policies(self.policy, self.namespace_policies)

    @property
    def accounts(self) -> Accounts:
        """The settings on accounts as one."""
        return Accounts(self.default_service_account, self.service_accounts)

    @classmethod
    def load(cls, environment: Mapping[str, str], **flags: Any) -> Self:
        """Read the settings. Flags that are given (not None, not empty) come before the environment.

        Variables COMPOSESTACK_… that are no settings are left alone: the kubelet adds some for a Service of that name.
        Raises pydantic.ValidationError.
        """
        names = POD | {f"{PREFIX}{name.upper()}": name for name in cls.model_fields}
        variables = {setting: environment[name] for name, setting in names.items() if name in environment}
        given = {name: value for name, value in flags.items() if value not in (None, ())}
        return cls.model_validate(variables | given)
