"""Access to a cluster by kubectl, whoever runs the cluster."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class Client:
    """A kubeconfig with the kubectl to use it. Its current context is the cluster to test."""

    def __init__(self, kubeconfig: Path, executable: Path) -> None:
        self.kubeconfig = kubeconfig
        self._kubectl = executable

    def kubectl(self, *arguments: str, stdin: str | None = None) -> str:
        """Run kubectl and return its standard output. Raises CalledProcessError, noting its standard error."""
        return output([self._kubectl, f"--kubeconfig={self.kubeconfig}", *arguments], stdin=stdin)


def output(
    command: Sequence[str | Path],
    *,
    stdin: str | None = None,
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> str:
    """Run a command and return its standard output. Raises CalledProcessError, noting its standard error."""
    words = [str(word) for word in command]
    done = subprocess.run(words, input=stdin, capture_output=True, text=True, check=False, env=environment, cwd=cwd)
    if done.returncode:
        error = subprocess.CalledProcessError(done.returncode, words, done.stdout, done.stderr)
        error.add_note(done.stderr)
        raise error
    return done.stdout
