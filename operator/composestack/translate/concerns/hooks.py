"""Commands that run inside the container after it has started, and before it is stopped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from shlex import join, quote
from typing import Any

from composestack.api.reasons import NoticeCode
from composestack.compose.model import Service, ServiceHook
from composestack.compose.problems import Notice
from composestack.translate.catalog import translates
from composestack.translate.contribution import NOTHING, Contribution
from composestack.translate.refusal import Refusal
from composestack.translate.stack import Stack

_SHELL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@translates(
    "services.*.post_start[].command",
    "services.*.post_start[].environment",
    "services.*.post_start[].privileged",
    "services.*.post_start[].user",
    "services.*.post_start[].working_dir",
    considers=("services.*.user",),
    caveat="The container is not ready before the hooks have ended, and is restarted if one fails.",
)
def post_start(service: Service, stack: Stack) -> Contribution:
    """Kubernetes has one handler, so several hooks are one script for the shell of the image."""
    return _handler("post_start", "postStart", service.post_start, service, stack)


@translates(
    "services.*.pre_stop[].command",
    "services.*.pre_stop[].environment",
    "services.*.pre_stop[].privileged",
    "services.*.pre_stop[].user",
    "services.*.pre_stop[].working_dir",
    considers=("services.*.user",),
    caveat="The hooks count against the grace period; one that fails does not keep the container.",
)
def pre_stop(service: Service, stack: Stack) -> Contribution:
    """Runs before the stop signal, as in Docker."""
    return _handler("pre_stop", "preStop", service.pre_stop, service, stack)


def _handler(attribute: str, field: str, hooks: Sequence[ServiceHook], service: Service, stack: Stack) -> Contribution:
    if not hooks:
        return NOTHING
    path = f"services.{service.name}.{attribute}"
    problems = [problem for index, hook in enumerate(hooks) for problem in _problems(hook, f"{path}[{index}]", service)]
    if problems:
        return Contribution(problems=problems)
    scripts = [_script(hook, stack) for hook in hooks]
    if len(hooks) == 1 and scripts[0] == join(hooks[0].command or ()):
        return _exec(field, list(hooks[0].command or ()))
    message = "runs as a script of /bin/sh, which the image has to have"
    notice = Notice(path, NoticeCode.APPROXIMATED, message)
    return Contribution(container=_exec(field, ["/bin/sh", "-ec", "\n".join(scripts)]).container, notices=[notice])


def _exec(field: str, command: Sequence[str]) -> Contribution:
    """The command is passed as it is: the kubelet does not expand `$` in handlers."""
    handler: dict[str, Any] = {field: {"exec": {"command": list(command)}}}
    return Contribution(container={"lifecycle": handler})


def _script(hook: ServiceHook, stack: Stack) -> str:
    """The command as a line of a shell script; what it changes for itself does not reach the next one."""
    known = {
        name: stack.scope.variables.get(name) if value is None else value for name, value in hook.environment.items()
    }
    command = join(hook.command or ())
    assigned = [f"{name}={quote(value)}" for name, value in known.items() if value is not None]
    line = " ".join((*assigned, command))
    return f"(cd {quote(hook.working_dir)} && {line})" if hook.working_dir else line


def _problems(hook: ServiceHook, path: str, service: Service) -> list[Refusal]:
    found = []
    if not hook.command:
        found.append(Refusal(f"{path}.command", "there is no command", "write one"))
    if hook.privileged:
        message = "a handler has the privileges of its container"
        found.append(Refusal(f"{path}.privileged", message, "leave it out"))
    if hook.user and hook.user != service.user:
        message = "a handler runs as the user of its container"
        found.append(Refusal(f"{path}.user", message, "leave it out, or do the work in a service of its own"))
    wrong = [name for name in hook.environment if not _SHELL_NAME.fullmatch(name)]
    if wrong:
        message = f"{', '.join(wrong)} cannot be the name of a variable in a shell"
        found.append(Refusal(f"{path}.environment", message, "rename it"))
    return found
