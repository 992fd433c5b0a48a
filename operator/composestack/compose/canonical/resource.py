"""Other short forms: `external` of networks, volumes, secrets and configs; `gpus`, `ulimits`, `extends`, `schedule`."""

from __future__ import annotations

from typing import Any

from composestack.compose.canonical.expansion import Malformed, expand
from composestack.compose.canonical.reading import kind
from composestack.compose.tree import Map, Mark, Seq


def external(value: Any, mark: Mark) -> Any:
    """Replace the old form `external: {name: …}` by `external: true` and `name`."""
    if not isinstance(value, Map | None):
        raise Malformed(f"must be a mapping, not {kind(value)}")
    if value is not None and isinstance(old := value.get("external"), Map):
        if unknown := [key for key in old if key != "name" and not key.startswith("x-")]:
            raise Malformed(f"external.{unknown[0]} is not an attribute; write external: true and name")
        if "name" in old and not isinstance(old["name"], str):
            raise Malformed("external.name must be a string; write external: true and name")
        name = old.get("name")
        if "name" in value and name is not None and name != value["name"]:
            raise Malformed("name and external.name differ; write external: true and name only")
        value["external"] = True
        if name is not None and "name" not in value:
            value["name"] = name
            value.marks["name"] = old.mark("name")
    return value


def gpus(value: Any, mark: Mark) -> Any:
    """The word `all` asks for every GPU."""
    return Seq([expand({"count": "all"}, mark)], [mark]) if value == "all" else value


def ulimit(value: Any, mark: Mark) -> Any:
    """A number stands for both limits, and stays. Anything else is an error of each document."""
    if isinstance(value, bool) or not isinstance(value, int | Map):
        raise Malformed(f"must be a whole number, or a mapping with soft and hard, not {kind(value)}")
    return value


def extends(value: Any, mark: Mark) -> Any:
    """A single string is the service."""
    return expand({"service": value}, mark) if isinstance(value, str) else value


def schedule(value: Any, mark: Mark) -> Any:
    """A single string is the crontab expression."""
    return expand({"cron": value}, mark) if isinstance(value, str) else value
