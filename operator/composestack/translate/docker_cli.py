"""Three extensions that the command line of Docker knew when it still deployed to Kubernetes, as `x-kubernetes` has
them now (docker/cli, pull requests 1617 and 1815).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Service
from composestack.compose.problems import Notice
from composestack.translate.extension.settings import KEY
from composestack.translate.kompose.label import Label, one_of, text
from composestack.translate.refusal import Refusal

_POLICIES = ("Always", "IfNotPresent", "Never")
_TYPES = ("ClusterIP", "Headless")
_UNDECIDED = "auto"

EXTENSIONS: Mapping[str, Label] = {
    "x-internal-service-type": Label("service.type", one_of(*_TYPES), f"{', '.join(_TYPES)} or {_UNDECIDED}"),
    "x-pull-policy": Label("imagePullPolicy", one_of(*_POLICIES), ", ".join(_POLICIES)),
    "x-pull-secret": Label("imagePullSecrets", text, "the name of a Secret"),
}
"""What each of them is in `x-kubernetes`."""


class Earlier(NamedTuple):
    """What the extensions say, in the form of `x-kubernetes`, and what is to tell about that."""

    written: dict[str, Any]
    notices: tuple[Notice, ...] = ()
    problems: tuple[Refusal, ...] = ()


def earlier(service: Service) -> Earlier:
    """Return what these extensions of a service say, where `x-kubernetes` does not say the same."""
    written: dict[str, Any] = {}
    notices, problems = [], []
    for key in sorted(EXTENSIONS.keys() & service.extensions.keys()):
        label, path = EXTENSIONS[key], f"services.{service.name}.{key}"
        value = str(service.extensions[key])
        found, own = label.read(value), _own(service, label.place)
        if found is None and value != _UNDECIDED:
            problems.append(Refusal(path, f"{value!r} is not what it takes", f"write {label.values}"))
        elif found is not None and own is not None and found not in own:
            message = f"{KEY}.{label.place} says something else"
            problems.append(Refusal(path, message, "leave it out"))
        elif found is not None:
            notices.append(Notice(path, NoticeCode.APPROXIMATED, f"read as {KEY}.{label.place}"))
            if own is None:
                _put(written, label.place, found)
    return Earlier(written, tuple(notices), tuple(problems))


def _own(service: Service, place: str) -> list[Any] | None:
    """Return what the extension has at a place, None if nothing."""
    found: Any = service.extensions.get(KEY)
    for name in place.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if found is None or isinstance(found, list) else [found]


def _put(written: dict[str, Any], place: str, value: Any) -> None:
    name, _, inner = place.partition(".")
    written[name] = {inner: value} if inner else [value] if name == "imagePullSecrets" else value
