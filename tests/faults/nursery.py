"""Operators as processes that start in a few milliseconds and can be killed without warning.

`python -m tests.faults.nursery` imports the operator once and forks one for each line that it reads: as JSON, the file
for its log and its settings. It answers with the process id. An empty line, or the end of its input, ends it and its
children.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from composestack.shell.main import run
from composestack.shell.settings import OperatorSettings


class Nursery:
    """Starts operators."""

    def __init__(self) -> None:
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.faults.nursery"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate("\n")

    def start(self, log: Path, settings: Mapping[str, Any]) -> int:
        """Start an operator and return a file descriptor of its process."""
        assert self._process.stdin
        assert self._process.stdout
        with self._turn:
            print(json.dumps([str(log), settings]), file=self._process.stdin, flush=True)
            return os.pidfd_open(int(self._process.stdout.readline()))


def operator(log: str, settings: Mapping[str, Any]) -> None:
    """Be an operator: what `composestack run` does, without probes unless the settings want them."""
    with Path(log).open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    run(OperatorSettings.model_validate({"probe_address": "", **settings}))


def main() -> None:
    """Fork an operator for each line of the input."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    gc.freeze()  # as `composestack run` does after its imports
    children = []
    for line in iter(sys.stdin.readline, "\n"):
        if not line:
            break
        pid = os.fork()
        if pid == 0:
            os.setpgid(0, 0)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            operator(*json.loads(line))
            os._exit(0)
        children.append(os.pidfd_open(pid))
        print(pid, flush=True)
    for child in children:
        kill(child)


def kill(child: int) -> None:
    """End a process without warning, if it still runs. A file descriptor names it, since a number may be used anew."""
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
