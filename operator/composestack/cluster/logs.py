"""What a container said last before it crashed: one call for each crash, and only if the admin wants it.

A program may well write a secret before it ends, and whoever may read the status of a stack need not be somebody who
may read its logs.
"""

from __future__ import annotations

import re
from collections import OrderedDict

from composestack.cluster.client import TEXT, ApiError, Client, Request, Unreachable
from composestack.reconcile.port import Pod

LINE_LIMIT = 200
"""Characters of a line that are shown."""

LINES, BYTES = 5, 8192
"""How much of the end of a log is read: the last lines may be empty."""

SECONDS = 5.0
"""The kubelet may not answer; a status does not wait for it."""

REMEMBERED = 10_000
"""Crashes that are remembered, so that the log is not read again. Beyond it, the oldest are forgotten."""

UNPRINTABLE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Colours and other control sequences of terminals (ECMA-48), and control characters."""


class Logs:
    """Reads the logs of crashed containers, and remembers what it read."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lines: OrderedDict[tuple[str, str, str], str] = OrderedDict()

    async def last_line(self, namespace: str, pod: Pod) -> str:
        """Return the last line that the crashed container wrote, or an empty string. Never fails.

        Crashes of one pod that end alike count as one: a loop of them is not read again and again.
        """
        crash = (namespace, pod.name, pod.message)
        if crash not in self._lines:
            self._lines[crash] = await self._read(namespace, pod)
            if len(self._lines) > REMEMBERED:
                self._lines.popitem(last=False)
        return self._lines[crash]

    async def _read(self, namespace: str, pod: Pod) -> str:
        path = f"/api/v1/namespaces/{namespace}/pods/{pod.name}/log"
        query = {"container": pod.crashed, "tailLines": str(LINES), "limitBytes": str(BYTES)}
        try:
            text: str = await self._client.attempt(Request("GET", path, query=query, accept=TEXT), SECONDS)
        except (ApiError, Unreachable):
            return ""
        return shown(text)


def shown(text: str) -> str:
    """Return the last line of a log that is not empty, without what could not be printed, and not too long."""
    lines = (UNPRINTABLE.sub("", line).strip() for line in reversed(text.splitlines()))
    line = next((line for line in lines if line), "")
    return line if len(line) <= LINE_LIMIT else f"{line[: LINE_LIMIT - 1]}…"
