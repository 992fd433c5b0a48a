"""How a block of the extension is read. An unknown key is refused, so that a slip of the pen is never silent."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from composestack.compose.model import Element
from composestack.translate.extension.native import Native
from composestack.translate.refusal import Refusal

KEY = "x-kubernetes"

NOTHING: Mapping[str, Mapping[str, Any]] = MappingProxyType({})


class Settings(BaseModel):
    """A mapping within the extension: camelCase in the document, closed against unknown keys, frozen."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, defer_build=True)


S = TypeVar("S", bound=Settings)


def unwritten(kind: type[Settings]) -> Any:
    """Return the default of a field that holds a block: one that says nothing."""
    return Field(default_factory=lambda: _nothing(kind))


class Extended(NamedTuple, Generic[S]):
    """The settings of each element of a section, and what is wrong with them."""

    settings: Mapping[str, S]
    problems: Sequence[Refusal]


def extended(
    section: str, elements: Mapping[str, Element], kind: type[S], below: Mapping[str, Mapping[str, Any]] = NOTHING
) -> Extended[S]:
    """Read the extension of all elements of a section. `below` holds what else says the same, with less weight."""
    settings: dict[str, S] = {}
    wrong: list[Refusal] = []
    for key, element in elements.items():
        written = over(below.get(key), element.extensions.get(KEY))
        settings[key], found = _read(written, f"{section}.{key}", kind)
        wrong += found
    return Extended(settings, wrong)


def settings_of(element: Element, kind: type[S]) -> S:
    """Return the extension of one element. Where it has problems, it is empty."""
    written = element.extensions.get(KEY)
    return _nothing(kind) if written is None else _read(written, "", kind)[0]


def problems(element: Element, path: str, kind: type[Settings]) -> list[Refusal]:
    """Return what is wrong with the extension of the element at a path."""
    return _read(element.extensions.get(KEY), path, kind)[1]


def _read(written: Any, path: str, kind: type[S]) -> tuple[S, list[Refusal]]:
    if written is None:
        return _nothing(kind), []
    try:
        return kind.model_validate(written), []
    except ValidationError as error:
        return _nothing(kind), refusals(error, f"{path}.{KEY}" if path else KEY, kind)


@cache
def _nothing(kind: type[S]) -> S:
    """Return the block that says nothing, without making the validator of its class: that costs a millisecond each."""
    return kind.model_construct()  # type: ignore[return-value]  # mypy 2.4 takes it for a Settings


def over(below: Any, above: Any) -> Any:
    """Return one mapping laid over another. Whatever else is there hides what is below."""
    if above is None:
        return below
    if not isinstance(above, Mapping) or not isinstance(below, Mapping):
        return above
    return {key: over(below.get(key), above[key]) if key in above else below[key] for key in {**below, **above}}


_PROBLEMS: Mapping[str, str] = {
    "missing": "has to be written",
    "model_type": "is no mapping",
    "mapping_type": "is no mapping",
    "too_long": "has too many items",
    "too_short": "has too few items",
    "tuple_type": "is no list",
    "string_type": "is no text",
}
"""What pydantic says in the words of Python, in those of YAML."""


def refusals(error: ValidationError, path: str, kind: type[BaseModel], called: str = KEY) -> list[Refusal]:
    """Return what pydantic says of a mapping at a path as people read it; `called` is the name of the mapping."""
    return [
        _unknown(each["loc"], path, kind, called) if each["type"] == "extra_forbidden" else _wrong(each, path)
        for each in error.errors(include_url=False)
    ]


def _wrong(error: ErrorDetails, path: str) -> Refusal:
    message = error["msg"].removeprefix("Input ").removeprefix("Value error, ")
    return Refusal(_join(path, error["loc"]), _PROBLEMS.get(error["type"]) or message, "correct it, or leave it out")


def _unknown(place: Sequence[int | str], path: str, kind: type[BaseModel], called: str) -> Refusal:
    known = _keys(kind, place[:-1])
    near = get_close_matches(str(place[-1]), known, n=1)
    remedy = f"write {near[0]}" if near else f"the keys here are {', '.join(known)}"
    return Refusal(_join(path, place), f"{called} has no such key", remedy)


def _join(path: str, place: Sequence[int | str]) -> str:
    return path + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place if step != "[key]")


def _keys(kind: type[BaseModel], place: Sequence[int | str]) -> list[str]:
    """Return the keys of the mapping at a place of the settings."""
    for step in place:
        inner = [
            part for field in kind.model_fields.values() if field.alias == step for part in parts(field.annotation)
        ]
        kind = next((part for part in inner if isinstance(part, type) and issubclass(part, BaseModel)), kind)
    return sorted(field.alias or name for name, field in kind.model_fields.items())


def is_native(kind: type[BaseModel], place: Sequence[str]) -> bool:
    """Tell whether what the settings have at a place is an object of the Kubernetes API."""
    found: list[type[BaseModel]] = [kind]
    for step in place:
        fields = [field for each in found for field in each.model_fields.values() if field.alias == step]
        types = [part for field in fields for part in parts(field.annotation)]
        found = [part for part in types if isinstance(part, type) and issubclass(part, BaseModel)]
    return any(issubclass(each, Native) for each in found)


def parts(annotation: Any) -> list[Any]:
    """Return a type and the types within it: those of a union, of a tuple, of a mapping."""
    return [annotation, *(part for inner in get_args(annotation) for part in parts(inner))]
