"""A property that is computed once, when somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class lookup(Generic[T]):  # noqa: N801 - a decorator, like property
    """As functools.cached_property, without the lock that this has before Python 3.12: one for all instances, so stacks
    that are rendered at the same time would wait for the slowest of them.
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type[Any]) -> T: ...

    def __get__(self, instance: object | None, owner: type[Any]) -> Self | T:
        """Compute the value and leave it in the instance, where it is found first from then on."""
        if instance is None:
            return self
        value = vars(instance)[self._name] = self._compute(instance)
        return value
