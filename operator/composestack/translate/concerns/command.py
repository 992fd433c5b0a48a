"""What runs in the container, and where.

Kubernetes' `command` is Docker's entrypoint, its `args` are Docker's command. The kubelet expands `$(NAME)` and turns
`$$` into `$`, which Docker does not: so every `$` is doubled (Kubernetes documentation, "Define a Command and Arguments
for a Container").
"""

from __future__ import annotations

from collections.abc import Sequence

from composestack.compose.model import Service
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack


@translates("services.*.command", "services.*.entrypoint")
def command(service: Service, stack: Stack) -> Contribution:
    """None keeps what the image says, `()` clears it.

    Setting the entrypoint drops the image's CMD, in Docker as in Kubernetes.

    Kubernetes takes an empty list for "not set", so what Docker clears can only be expressed if the other half replaces
    it.
    """
    entrypoint, arguments = _spelled(service.entrypoint, stack), _spelled(service.command, stack)
    if entrypoint:
        container = {"command": _literal(entrypoint)} | ({"args": _literal(arguments)} if arguments else {})
        return Contribution(container=container)
    if entrypoint is None and arguments is None:
        return NOTHING
    if arguments:
        return Contribution(container={"args" if entrypoint is None else "command": _literal(arguments)})
    cleared = "command" if entrypoint is None else "entrypoint"
    message = f"clearing the {cleared} of the image leaves what is run to the image, which Kubernetes cannot express"
    remedy = "write the entrypoint that shall run"
    return Contribution(problems=[Refusal(f"services.{service.name}.{cleared}", message, remedy)])


@translates("services.*.working_dir")
def working_dir(service: Service, stack: Stack) -> Contribution:
    """Kubernetes knows no working directory relative to the image's."""
    if not service.working_dir:
        return NOTHING
    if service.working_dir.startswith("/"):
        return Contribution(container={"workingDir": service.working_dir})
    message = f"{service.working_dir} is relative to a directory that only the image knows"
    return Contribution(problems=[Refusal(f"services.{service.name}.working_dir", message, "write an absolute path")])


@translates("services.*.stdin_open", "services.*.tty")
def terminal(service: Service, stack: Stack) -> Contribution:
    """A terminal and an open standard input, for shells and REPLs to attach to."""
    container = {"stdin": bool(service.stdin_open), "tty": bool(service.tty)}
    asked = {key: True for key, wanted in container.items() if wanted}
    return Contribution(container=asked) if asked else NOTHING


@translates(
    "services.*.init", caveat="The pod's pause process is PID 1 and reaps zombies, in the place of Docker's init."
)
def init(service: Service, stack: Stack) -> Contribution:
    """With a shared process namespace the pause container is PID 1."""
    return Contribution(pod={"shareProcessNamespace": True}) if service.init else NOTHING


def _spelled(words: Sequence[str] | None, stack: Stack) -> Sequence[str] | None:
    """Return a command with host names as DNS has them."""
    return None if words is None else [stack.discovery.spelled(word) for word in words]


def _literal(words: Sequence[str]) -> list[str]:
    return [word.replace("$", "$$") for word in words]
