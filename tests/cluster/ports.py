"""Ports that nobody else gets between choosing and using them."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Self


class Port:
    """A port of 127.0.0.1, held by a bound socket that never listens.

    SO_REUSEPORT lets a server of the same user listen on it all the same. A program that inherits `fileno` goes on
    holding it when the one that reserved it has ended.
    """

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.number: int = self._socket.getsockname()[1]
        self.fileno = self._socket.fileno()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()
