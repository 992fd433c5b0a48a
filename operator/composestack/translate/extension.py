"""The extension `x-kubernetes`: what only Kubernetes has, written into the Compose document.

An unknown key is refused, so that a slip of the pen is never silent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Generic, Literal, NamedTuple, Self, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from composestack.compose.model import Element
from composestack.translate.refusal import Refusal

KEY = "x-kubernetes"
MAX_ID = 2_147_483_647
"""The largest number of a user or group that the API takes."""


NOTHING: Mapping[str, Mapping[str, Any]] = MappingProxyType({})


class Settings(BaseModel):
    """A mapping within the extension: camelCase in the document, closed against unknown keys, frozen."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, defer_build=True)


class PublishSettings(Settings):
    """How the published ports of this service are reached from outside; goes before `spec.publish`."""

    type: Literal["None", "ClusterIP", "NodePort", "LoadBalancer"] | None = None
    annotations: Mapping[str, str] = Field(default_factory=dict)


class TlsSettings(Settings):
    """The Secret with the certificate."""

    secret_name: str


class IngressSettings(Settings):
    """The host names of this service, each perhaps with a path; goes before `spec.ingress`.

    `port` is the container's; by default the first published one, else the first that is known.
    """

    hosts: tuple[str, ...] = ()
    class_name: str | None = None
    tls: TlsSettings | None = None
    annotations: Mapping[str, str] = Field(default_factory=dict)
    port: int | None = Field(default=None, gt=0, lt=65536)


class AutoscaleSettings(Settings):
    """How many pods there are, and how much of what they reserve they shall use, in percent."""

    cpu: int | None = Field(default=None, gt=0, le=100)
    max: int | None = Field(default=None, gt=0)
    memory: int | None = Field(default=None, gt=0, le=100)
    min: int = Field(default=1, gt=0)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.model_fields_set and (self.max is None or (self.cpu is None and self.memory is None)):
            raise ValueError("needs max, and cpu or memory")
        return self


class DisruptionSettings(Settings):
    """How many pods a drained node may take away: a number or a percentage, exactly one of these."""

    max_unavailable: int | str | None = None
    min_available: int | str | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.model_fields_set and (self.max_unavailable is None) == (self.min_available is None):
            raise ValueError("needs one of maxUnavailable and minAvailable")
        return self


class NameSettings(Settings):
    """The Service behind the name of this service. `Headless`: the name resolves to the pods themselves."""

    type: Literal["ClusterIP", "Headless"] | None = None
    annotations: Mapping[str, str] = Field(default_factory=dict)


class KeySettings(Settings):
    """A key of a Secret or ConfigMap in the stack's namespace."""

    name: str
    key: str
    optional: bool | None = None


class FieldSettings(Settings):
    """A field of the pod, such as `status.podIP`."""

    field_path: str


class ValueSettings(Settings):
    """Where a variable has its value from: exactly one of these."""

    config_map_key_ref: KeySettings | None = None
    field_ref: FieldSettings | None = None
    secret_key_ref: KeySettings | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len([source for source in (self.config_map_key_ref, self.field_ref, self.secret_key_ref) if source]) != 1:
            raise ValueError("needs one of configMapKeyRef, fieldRef and secretKeyRef")
        return self


class VariableSettings(Settings):
    """A variable whose value Compose cannot express."""

    name: str
    value_from: ValueSettings


class SecuritySettings(Settings):
    """Users and groups of the containers. Nothing here widens what they may do."""

    fs_group: int | None = Field(default=None, ge=0, le=MAX_ID)
    fs_group_change_policy: Literal["Always", "OnRootMismatch"] | None = None
    run_as_group: int | None = Field(default=None, ge=0, le=MAX_ID)
    run_as_non_root: bool | None = None
    run_as_user: int | None = Field(default=None, ge=0, le=MAX_ID)


class ServiceSettings(Settings):
    """`x-kubernetes` of a service."""

    autoscale: AutoscaleSettings = AutoscaleSettings()
    disruption_budget: DisruptionSettings = DisruptionSettings()
    env: tuple[VariableSettings, ...] = ()
    image_pull_policy: Literal["Always", "IfNotPresent", "Never"] | None = None
    image_pull_secrets: tuple[str, ...] = ()
    ingress: IngressSettings = IngressSettings()
    liveness: bool = False
    pod_annotations: Mapping[str, str] = Field(default_factory=dict)
    pod_labels: Mapping[str, str] = Field(default_factory=dict)
    publish: PublishSettings = PublishSettings()
    security_context: SecuritySettings = SecuritySettings()
    service: NameSettings = NameSettings()
    workload: Literal["Deployment", "StatefulSet", "DaemonSet", "Job"] | None = None


class VolumeSettings(Settings):
    """`x-kubernetes` of a volume: what its claim asks for, and what becomes of it when the stack is deleted."""

    access_modes: tuple[Literal["ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"], ...] = Field(
        default=(), max_length=1
    )
    reclaim: Literal["Retain", "Delete"] | None = None
    size: str | None = None
    storage_class: str | None = None


S = TypeVar("S", bound=Settings)


class Extended(NamedTuple, Generic[S]):
    """The settings of each element of a section, and what is wrong with them."""

    settings: Mapping[str, S]
    problems: Sequence[Refusal]


def extended(
    section: str, elements: Mapping[str, Element], kind: type[S], below: Mapping[str, Mapping[str, Any]] = NOTHING
) -> Extended[S]:
    """Read the extension of all elements of a section. `below` holds what else says the same, with less weight."""
    nothing = kind()
    settings: dict[str, S] = {}
    problems: list[Refusal] = []
    for key, element in elements.items():
        written = _over(below.get(key), element.extensions.get(KEY))
        try:
            settings[key] = nothing if written is None else kind.model_validate(written)
        except ValidationError as error:
            settings[key] = nothing
            problems += _refusals(error, f"{section}.{key}.{KEY}", kind)
    return Extended(settings, problems)


def _over(below: Any, above: Any) -> Any:
    """Lay one mapping over another. Whatever else is there hides what is below."""
    if above is None:
        return below
    if not isinstance(above, Mapping) or not isinstance(below, Mapping):
        return above
    return {key: _over(below.get(key), above[key]) if key in above else below[key] for key in {**below, **above}}


_PROBLEMS: Mapping[str, str] = {
    "missing": "has to be written",
    "model_type": "is no mapping",
    "mapping_type": "is no mapping",
    "too_long": "has too many items",
    "tuple_type": "is no list",
    "string_type": "is no text",
}
"""What pydantic says in the words of Python, in those of YAML."""


def _refusals(error: ValidationError, path: str, kind: type[Settings]) -> list[Refusal]:
    return [_refusal(path, each["loc"], each["type"], each["msg"], kind) for each in error.errors(include_url=False)]


def _refusal(path: str, place: Sequence[int | str], sort: str, message: str, kind: type[Settings]) -> Refusal:
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    if sort != "extra_forbidden":
        problem = _PROBLEMS.get(sort) or message.removeprefix("Input ").removeprefix("Value error, ")
        return Refusal(f"{path}{where}", problem, "correct it, or leave it out")
    known = _keys(kind, place[:-1])
    near = get_close_matches(str(place[-1]), known, n=1)
    remedy = f"write {near[0]}" if near else f"the keys here are {', '.join(known)}"
    return Refusal(f"{path}{where}", f"{KEY} has no such key", remedy)


def _keys(kind: type[Settings], place: Sequence[int | str]) -> list[str]:
    """Return the keys of the mapping at a place of the settings."""
    for step in place:
        inner = [
            part for field in kind.model_fields.values() if field.alias == step for part in _parts(field.annotation)
        ]
        kind = next((part for part in inner if isinstance(part, type) and issubclass(part, Settings)), kind)
    return sorted(field.alias or name for name, field in kind.model_fields.items())


def _parts(annotation: Any) -> list[Any]:
    """Return a type and the types within it: those of a union, of a tuple, of a mapping."""
    return [annotation, *(part for inner in get_args(annotation) for part in _parts(inner))]
