"""What all elements of the model have in common: immutable, closed against unknown attributes, strict about scalars."""

from collections.abc import Iterable, Mapping
from enum import Enum, auto
from functools import cache
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Self, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints


class Form(Enum):
    """In which form a document may write the value of a field, beside the field's own type. typed.py reads them."""

    BOOLEAN = auto()
    """Also a word: true, yes, on, … ("Compose Specification, fragments of YAML 1.1")."""
    INTEGER = auto()
    NUMBER = auto()
    """Also a string of digits."""
    UNSIGNED = auto()
    """As INTEGER, and not negative."""
    TRUNCATED = auto()
    """As INTEGER, and the fraction of a number is cut off."""
    RETRIES = auto()
    """As TRUNCATED, and not negative."""
    WHOLE = auto()
    """Also a number such as 2.0."""
    PRIORITY = auto()
    """Also a number whose fraction is cut off."""
    WEIGHT = auto()
    """As WHOLE, of 16 bits."""
    LIMIT = auto()
    """An integer, and nothing else: 2.0 is none."""
    UMASK = auto()
    COUNT = auto()
    """Also the word `all`, which is -1."""
    DIGITS = auto()
    """A string; also a whole number."""
    SWITCH = auto()
    """A string; also a boolean."""
    DURATION = auto()
    """A string such as `1m30s`; the field holds nanoseconds."""
    SIZE = auto()
    """A number of bytes, or a string such as `64m`; the field holds bytes."""
    WHOLE_SIZE = auto()
    """As SIZE, but a number with a fraction has a wrong type, not only a content that means nothing."""
    SIZE_TEXT = auto()
    """As SIZE, but never a bare number."""
    MODE = auto()
    """A number, or a string of octal digits."""
    TMPFS_MODE = auto()
    """A number, of 32 bits; its fraction is cut off."""
    WORDS = auto()
    """A list, or one command string that is split at spaces."""
    TEST = auto()
    """A list, or one string that is run by the shell."""
    UNIQUE = auto()
    """A list of strings none of which may be there twice."""
    TEXT_OR_LIST = auto()
    """As UNIQUE, or a single string."""
    TEXTS = auto()
    """A list of strings or numbers."""
    VARIABLES = auto()
    """A mapping of scalars, or a list of `NAME=value` and `NAME`."""
    LABELS = auto()
    """As VARIABLES, but a name without value has an empty one."""
    OPTIONS = auto()
    """A mapping of strings and numbers."""
    LOG_OPTIONS = auto()
    """As OPTIONS, and null is the empty string."""
    STORAGE_OPTIONS = auto()
    """A mapping of strings and whole numbers; null is the empty string."""
    DRIVER_OPTIONS = auto()
    """As OPTIONS, but a number must be whole."""
    MULTI_OPTIONS = auto()
    """A mapping of scalars and lists of scalars."""
    HOSTS = auto()
    """A mapping of host to one address or several, or a list of `host=address` or `host:address`."""
    ULIMIT = auto()
    """One number for both limits, or a mapping."""


Int = Annotated[int, Strict(), Form.INTEGER]
Float = Annotated[float, Strict(), Form.NUMBER]
Bool = Annotated[bool, Strict(), Form.BOOLEAN]
Truncated = Annotated[int, Strict(), Form.TRUNCATED]
Unsigned = Annotated[int, Strict(), Field(ge=0), Form.UNSIGNED]
Retries = Annotated[int, Strict(), Field(ge=0), Form.RETRIES]
PlainInt = Annotated[int, Strict(), Form.WHOLE]
Priority = Annotated[int, Strict(), Form.PRIORITY]
Weight = Annotated[int, Strict(), Field(ge=0), Form.WEIGHT]
Limit = Annotated[int, Strict(), Form.LIMIT]
PlainBool = Annotated[bool, Strict()]
Umask = Annotated[int, Strict(), Field(ge=0, lt=2**32), Form.UMASK]
Count = Annotated[int, Strict(), Form.COUNT]
Duration = Annotated[int, Strict(), Form.DURATION]
Size = Annotated[int, Strict(), Form.SIZE]
WholeSize = Annotated[int, Strict(), Form.WHOLE_SIZE]
SizeText = Annotated[int, Strict(), Form.SIZE_TEXT]
Mode = Annotated[int, Strict(), Field(ge=0), Form.MODE]
TmpfsMode = Annotated[int, Strict(), Field(ge=0), Form.TMPFS_MODE]
Digits = Annotated[str, Form.DIGITS]
Switch = Annotated[str, Form.SWITCH]
Words = Annotated[tuple[str, ...], Form.WORDS]
Test = Annotated[tuple[str, ...], Form.TEST]
UniqueTexts = Annotated[tuple[str, ...], Form.UNIQUE]
TextOrList = Annotated[tuple[str, ...], Form.TEXT_OR_LIST]
Texts = Annotated[tuple[str, ...], Form.TEXTS]
Variables = Annotated[Mapping[str, str | None], Form.VARIABLES]
Labels = Annotated[Mapping[str, str], Form.LABELS]
Options = Annotated[Mapping[str, str], Form.OPTIONS]
LogOptions = Annotated[Mapping[str, str], Form.LOG_OPTIONS]
StorageOptions = Annotated[Mapping[str, str], Form.STORAGE_OPTIONS]
DriverOptions = Annotated[Mapping[str, str], Form.DRIVER_OPTIONS]
MultiOptions = Annotated[Mapping[str, tuple[str, ...]], Form.MULTI_OPTIONS]
Hosts = Annotated[Mapping[str, tuple[str, ...]], Form.HOSTS]
Whole = Annotated[int, Strict(), Field(ge=0), Form.INTEGER]
Percent = Annotated[int, Strict(), Field(ge=0, le=100), Form.INTEGER]
OomScore = Annotated[int, Strict(), Field(ge=-1000, le=1000), Form.INTEGER]
PullPolicy = Annotated[
    str,
    StringConstraints(
        pattern=r"^(always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+)$"
    ),
]
ContainerName = Annotated[str, StringConstraints(pattern=r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9._-]+$")]
"""The key of a service, network, volume, …"""


NOTHING: Mapping[Any, Any] = MappingProxyType({})
"""Every mapping that was not written: one object, as an application has tens of thousands of them."""


def nothing() -> Mapping[Any, Any]:
    """Return NOTHING. As a plain default, pydantic would try to copy it."""
    return NOTHING


class Element(BaseModel):
    """One mapping of the Compose document, in canonical long form.

    A scalar or nested element that was not written is None; a list is `()`, a mapping is empty. `model_fields_set` says
    what was written, after short syntax became long syntax; what loading fills in does not count as written.
    Durations are int nanoseconds, sizes int bytes, file modes int, unless a docstring says otherwise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    extensions: Mapping[str, Any] = Field(default_factory=nothing)
    """The `x-*` attributes of this mapping, by full name, as plain JSON-like values."""

    def fill(self, **values: Any) -> None:
        """Put in valid values, which do not look written if they were not: for loading, until it is done."""
        self.__dict__.update(values)

    def filled(self, **values: Any) -> Self:
        """Return a copy with values put in as `fill` does."""
        copy = self.__copy__()
        copy.fill(**values)
        return copy


@cache
def forms(kind: type[Element]) -> Mapping[str, Form]:
    """Return the fields of an element that have a `Form`."""
    found = {name: _form(field.annotation, field.metadata) for name, field in kind.model_fields.items()}
    return {name: form for name, form in found.items() if form is not None}


def _form(annotation: Any, metadata: Iterable[Any]) -> Form | None:
    for each in metadata:
        if isinstance(each, Form):
            return each
    arguments = get_args(annotation)
    if get_origin(annotation) is Annotated:
        return _form(arguments[0], arguments[1:])
    if get_origin(annotation) in {Union, UnionType}:
        return next((form for each in arguments if (form := _form(each, ())) is not None), None)
    return None
