"""How an attribute finds its translator: `@translates("services.*.shm_size")` on one small function in one concern
file.

A path names an attribute of the Compose document: `*` is any key of a mapping, `[]` any item of a list. What is
declared here is proved by tests: every path of the Compose schema has one place, and a translator reads nothing that it
does not declare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any, Generic, NamedTuple, TypeVar

from composestack.translate.contribution import Contribution
from composestack.translate.stack import Stack

E = TypeVar("E")


class Translator(NamedTuple, Generic[E]):
    """A pure function from one element of the project to its share of the manifests, with the attributes that it
    translates.

    `considers` are attributes that it looks at although another translator is responsible for them. `caveat` says what
    differs from Docker.
    """

    function: Callable[[E, Stack], Contribution]
    paths: tuple[str, ...]
    considers: tuple[str, ...] = ()
    caveat: str | None = None

    def __call__(self, element: E, stack: Stack) -> Contribution:
        """Translate one element."""
        return self.function(element, stack)

    @property
    def name(self) -> str:
        """Where the function is, for people: `memory_mounts.shared_memory`."""
        return f"{self.function.__module__.rpartition('.')[2]}.{self.function.__name__}"

    @property
    def section(self) -> str:
        """The top-level section of the Compose document whose elements it translates, such as `services`."""
        return self.paths[0].partition(".")[0]


def translates(
    *paths: str, considers: tuple[str, ...] = (), caveat: str | None = None
) -> Callable[[Callable[[E, Stack], Contribution]], Translator[E]]:
    """Declare that a function translates these attributes. All of them belong to one section."""

    def declare(function: Callable[[E, Stack], Contribution]) -> Translator[E]:
        return Translator(function, paths, considers, caveat)

    return declare


class Catalog:
    """The translators by attribute. Raises ValueError if two of them are responsible for the same one."""

    def __init__(self, translators: Iterable[Translator[Any]]) -> None:
        self.translators = tuple(translators)
        self.by_path: dict[str, Translator[Any]] = {}
        for translator in self.translators:
            for path in translator.paths:
                if path in self.by_path:
                    raise ValueError(f"{path} is translated by {self.by_path[path].name} and by {translator.name}")
                self.by_path[path] = translator
        self._by_section: dict[str, tuple[Translator[Any], ...]] = {}
        for section in {translator.section for translator in self.translators}:
            self._by_section[section] = tuple(each for each in self.translators if each.section == section)

    @classmethod
    def of(cls, *concerns: ModuleType) -> Catalog:
        """Collect the translators of concern modules."""
        return cls(value for concern in concerns for value in vars(concern).values() if isinstance(value, Translator))

    def section(self, name: str) -> tuple[Translator[Any], ...]:
        """Return the translators of one section of the Compose document."""
        return self._by_section.get(name, ())

    def __iter__(self) -> Iterator[Translator[Any]]:
        return iter(self.translators)
