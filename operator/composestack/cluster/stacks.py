"""ComposeStacks as last seen, while they are worked on: a pass over a new stack needs no read.

A body is some kilobytes, so it is kept for as few stacks and as short as possible: from the event that calls for work
until there is nothing left to do. A lost one costs one read.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from composestack.reconcile.port import StackKey

KEPT = 500
"""Stacks that are kept at most. Beyond it the one seen longest ago goes."""

FRESH = 60.0
"""Seconds after which a body is not trusted any more: the watch may be broken, and the stack gone."""

Body = Mapping[str, Any]


class Stacks:
    """The bodies by key, each the newest that anybody has shown."""

    def __init__(self) -> None:
        self._bodies: OrderedDict[StackKey, tuple[Body, float]] = OrderedDict()

    def get(self, key: StackKey) -> Body | None:
        """Return the body of a stack if a fresh one is there."""
        body, seen = self._bodies.get(key, ({}, float("-inf")))
        return body if time.monotonic() - seen < FRESH else None

    def keep(self, body: Body) -> None:
        """Keep this body, unless a newer one is there."""
        key = _key(body)
        before = self._bodies.get(key)
        if before is not None and _version(body) < _version(before[0]):
            return
        self._bodies[key] = (_lean(body), time.monotonic())
        self._bodies.move_to_end(key)
        if len(self._bodies) > KEPT:
            self._bodies.popitem(last=False)

    def refresh(self, body: Body) -> None:
        """Take in a newer body of a stack, if one is kept."""
        if _key(body) in self._bodies:
            self.keep(body)

    def drop(self, key: StackKey) -> None:
        """Forget the body of a stack."""
        self._bodies.pop(key, None)


def _key(body: Body) -> StackKey:
    return StackKey(body["metadata"]["namespace"], body["metadata"]["name"])


def _version(body: Body) -> int:
    return int(body["metadata"]["resourceVersion"])


def _lean(body: Body) -> Body:
    """Return the body without the largest part of it that nobody needs."""
    return {**body, "metadata": {name: value for name, value in body["metadata"].items() if name != "managedFields"}}
