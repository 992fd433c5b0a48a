"""The command line. One file a command, loaded when it is called; all but `run`, `diff` and `status` work offline.

Here: options, what is printed, exit statuses. What a command finds out is a matter of the packages below. Read main.py
first. `convert` imports neither kopf nor the Kubernetes client, and so starts fast.
"""

from composestack.cli.main import main

__all__ = ["main"]
