"""The labels about a container that runs before a service: a step of `pre_start`, in each pod.

Unlike one that Compose declares, it has nothing of the service but its mounts.
"""

from __future__ import annotations

import json
import shlex

from composestack.compose.model import PreStartHook, Service

PREFIX = "kompose.init.containers"
LABELS = frozenset({f"{PREFIX}.command", f"{PREFIX}.image", f"{PREFIX}.name"})


def init_container(service: Service) -> PreStartHook | None:
    """Return the step that labels describe, or None if there are no such labels. Without an image it has that of the
    service.
    """
    if not LABELS & service.labels.keys():
        return None
    command = _words(service.labels.get(f"{PREFIX}.command", ""))
    image = service.labels.get(f"{PREFIX}.image", "").strip() or service.image
    return PreStartHook(image=image, entrypoint=command or None, per_replica=True)


def name(service: Service) -> str:
    """Return the name that the labels give the container, "" if they give none."""
    return service.labels.get(f"{PREFIX}.name", "").strip()


def _words(text: str) -> tuple[str, ...]:
    """Read a command: a list in JSON, or words as a shell has them."""
    try:
        found = json.loads(text)
        if isinstance(found, list) and all(isinstance(word, str) for word in found):
            return tuple(found)
    except ValueError:
        pass
    try:
        return tuple(shlex.split(text))
    except ValueError:
        return tuple(text.split())
