"""One long-running program of a cluster: started, watched and stopped through files, by whatever process cares to."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

LASTING: list[subprocess.Popen[bytes]] = []
"""Programs that outlive this process, so nobody waits for them. Their objects would warn of that when they go."""


class Failed(Exception):
    """A program of the cluster ended or did not become ready. The message carries the end of its log."""


@dataclass
class Process:
    """A program whose pid, lock and log lie in the state directory.

    The program inherits a locked file, so the lock is held exactly as long as it lives: a test for "does it run?" that
    neither a reused pid nor a parent that is gone can fool.
    """

    name: str
    state: Path
    _child: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def log(self) -> Path:
        """Where standard output and standard error go."""
        return self.state / "logs" / f"{self.name}.log"

    @property
    def _pid_file(self) -> Path:
        return self.state / "run" / f"{self.name}.pid"

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._record()[0] if self.running() else None

    def running(self) -> bool:
        """Whether the program runs, whoever started it."""
        if self._child is not None:
            self._child.poll()  # reaps it
        if not self._pid_file.exists():
            return False
        with self._pid_file.open() as file:
            return not _locked(file.fileno())

    def ended(self) -> bool:
        """Whether the program was started, not stopped, and yet does not run."""
        return self._pid_file.exists() and not self.running()

    def start(self, command: Sequence[str | Path], *, owned: bool, inherit: Sequence[int] = ()) -> None:
        """Start the program. An owned one ends with the process that started it, even if that is killed."""
        for file in (self.log, self._pid_file):
            file.parent.mkdir(parents=True, exist_ok=True)
        environment = dict(os.environ, EXIT_WITH_PARENT="1") if owned else None
        with self._pid_file.open("a+") as lock, self.log.open("ab") as log:
            if not _locked(lock.fileno()):
                raise Failed(f"{self.name} runs already in {self.state}")
            words = [str(word) for word in command]
            self._child = subprocess.Popen(
                words,
                stdin=subprocess.PIPE if owned else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                pass_fds=[lock.fileno(), *inherit],
                start_new_session=True,  # Ctrl-C in the terminal is for its owner, who stops things in order
            )
            if not owned:
                LASTING.append(self._child)
            self._pid_file.write_text(json.dumps({"pid": self._child.pid, "command": words}))

    def stop(self, *, grace: float = 10) -> None:
        """Send SIGTERM, and SIGKILL after `grace` seconds. Returns when the program is gone; does nothing if it was."""
        self.kill(signal.SIGTERM)
        if not self._gone(grace):
            self.kill(signal.SIGKILL)
            if not self._gone(10):
                raise Failed(f"{self.name} (pid {self.pid}) survives SIGKILL")
        if self._child is not None:
            self._child.wait()
            if self._child.stdin is not None:
                self._child.stdin.close()
            self._child = None
        self._pid_file.unlink(missing_ok=True)

    def restart(self, *, kill: bool = False) -> None:
        """Stop the program, or kill it without warning, and start it again as it was."""
        _, command = self._record()
        owned = self._child is not None and self._child.stdin is not None
        if kill:
            self.kill()
        self.stop()
        self.start(command, owned=owned)

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal, if the program runs."""
        if (pid := self.pid) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def tail(self, lines: int = 15) -> str:
        """Return the end of the log."""
        if not self.log.exists():
            return "(no log)"
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _record(self) -> tuple[int, list[str]]:
        record = json.loads(self._pid_file.read_text())
        return record["pid"], record["command"]

    def _gone(self, timeout: float) -> bool:
        deadline = time.monotonic() + timeout
        while self.running():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True


def _locked(file: int) -> bool:
    """Try to lock an open file; False if another open file holds the lock."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
